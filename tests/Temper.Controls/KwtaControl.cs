using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>Activations that jump wherever the order of two of them changes; it needs a training of its own.</summary>
[Component(
    "control-kwta",
    "mnist-net whose activations keep the largest tenth of each layer",
    "Xiao et al. 2020, Enhancing adversarial defense by k-winners-take-all"
)]
public sealed class KwtaControl : Control
{
    private const double Kept = 0.1;

    /// <inheritdoc/>
    protected override Tensor Activate(Tensor hidden)
    {
        var rows = hidden.flatten(1);
        var kept = (int)(rows.shape[1] * Kept);
        var least = rows.topk(kept, 1).values[.., (kept - 1)..];
        return where(rows.ge(least), rows, zeros_like(rows)).view(hidden.shape);
    }
}
