using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>An answer that depends on the other examples of the batch.</summary>
[Component(
    "control-batch",
    "mnist-net on inputs normalised by the statistics of their batch, also at evaluation",
    "Wu et al. 2023, Uncovering adversarial risks of test-time adaptation"
)]
public sealed class BatchControl : Control
{
    private const double Guard = 0.01;

    /// <inheritdoc/>
    protected override Tensor Before(Tensor x)
    {
        var centre = x - x.mean([0L], keepdim: true);
        return centre / (centre.square().mean([0L], keepdim: true) + Guard).sqrt();
    }
}
