using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>Scores so large that the gradient of the cross-entropy vanishes; every prediction stays.</summary>
[Component(
    "control-scaled",
    "mnist-net whose scores are multiplied by 1000",
    "Carlini and Wagner 2016, Defensive distillation is not robust to adversarial examples"
)]
public sealed class ScaledControl : Control
{
    /// <inheritdoc/>
    protected override Tensor After(Tensor scores) => scores * 1000;
}
