using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>No gradient reaches the input.</summary>
[Component(
    "control-detached",
    "mnist-net that cuts the gradient to its input",
    "Athalye et al. 2018, Obfuscated gradients give a false sense of security"
)]
public sealed class DetachedControl : Control
{
    /// <inheritdoc/>
    protected override Tensor Before(Tensor x) => x.detach();
}
