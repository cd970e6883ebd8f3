using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>Probabilities in the place of scores.</summary>
[Component(
    "control-softmax",
    "mnist-net that answers with probabilities",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness"
)]
public sealed class SoftmaxControl : Control
{
    /// <inheritdoc/>
    protected override Tensor After(Tensor scores) => scores.softmax(1);
}
