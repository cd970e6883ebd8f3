using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>Rounding has slope zero, so no gradient is left.</summary>
[Component(
    "control-quantised",
    "mnist-net on inputs rounded to 8 levels",
    "Buckman et al. 2018, Thermometer encoding: one hot way to resist adversarial examples"
)]
public sealed class QuantisedControl : Control
{
    private const int Steps = 7;

    /// <inheritdoc/>
    protected override Tensor Before(Tensor x) => (x * Steps).round() / Steps;
}
