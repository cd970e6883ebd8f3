using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>The largest value of each window; input (N, C, H, W).</summary>
/// <param name="Window">The geometry; what is added counts as −∞.</param>
public sealed record MaxPool(Window Window) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "MaxPool";

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
        long[] kernel = [Window.KernelHeight, Window.KernelWidth];
        long[] stride = [Window.StrideHeight, Window.StrideWidth];
        // libtorch allows at most half a window of padding, and the same on opposite sides.
        if (Window.IsSymmetric && 2 * Window.Top <= Window.KernelHeight && 2 * Window.Left <= Window.KernelWidth)
        {
            return nn.functional.max_pool2d(inputs[0], kernel, stride, [Window.Top, Window.Left]);
        }
        using var padded = nn.functional.pad(
            inputs[0],
            [Window.Left, Window.Right, Window.Top, Window.Bottom],
            PaddingModes.Constant,
            double.NegativeInfinity
        );
        return nn.functional.max_pool2d(padded, kernel, stride);
    }
}
