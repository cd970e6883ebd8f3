using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>The mean of each window; input (N, C, H, W).</summary>
/// <param name="Window">The geometry; what is added is 0.</param>
/// <param name="CountPadding">Whether what is added counts in the mean.</param>
public sealed record AveragePool(Window Window, bool CountPadding = false) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "AveragePool";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[var n, var c, var h, var w]] && Window.Over(h, w) is { } side
            ? [n, c, side.Height, side.Width]
            : throw Unfit(
                inputs,
                $"an image (N, C, H, W) not smaller than the window {Window.KernelHeight} × {Window.KernelWidth}"
            );

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training)
    {
        using var scope = NewDisposeScope();
        var sums = Summed(inputs[0]);
        if (CountPadding || Window is { Top: 0, Left: 0, Bottom: 0, Right: 0 })
        {
            return (sums / (Window.KernelHeight * Window.KernelWidth)).MoveToOuterDisposeScope();
        }
        return (sums / Counts(inputs[0])).MoveToOuterDisposeScope();
    }

    /// <summary>How many values of the image each window holds.</summary>
    private Tensor Counts(Tensor image)
    {
        using var noGrad = no_grad();
        return Summed(ones(1, 1, image.shape[2], image.shape[3], device: image.device));
    }

    private Tensor Summed(Tensor image)
    {
        var padded = nn.functional.pad(
            image,
            [Window.Left, Window.Right, Window.Top, Window.Bottom],
            PaddingModes.Constant
        );
        return nn.functional.avg_pool2d(
            padded,
            [Window.KernelHeight, Window.KernelWidth],
            [Window.StrideHeight, Window.StrideWidth],
            divisor_override: 1
        );
    }
}
