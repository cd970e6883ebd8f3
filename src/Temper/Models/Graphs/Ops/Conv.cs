using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>Two-dimensional convolution; inputs: image (N, C, H, W), weight (O, C / groups, kH, kW), bias (O) where there is one.</summary>
/// <param name="Window">The geometry.</param>
/// <param name="Dilation">The distance between the kernel's cells, in both directions.</param>
/// <param name="Groups">The number of groups of channels.</param>
public sealed record Conv(Window Window, long Dilation = 1, long Groups = 1) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Conv";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[var n, var c, var h, var w], [var o, var i, var kh, var kw], ..]
        && c == i * Groups
        && o % Groups == 0
        && (kh, kw) == (Window.KernelHeight, Window.KernelWidth)
        && (inputs.Count < 3 || (inputs[2] is [var b] && b == o))
        && Window.Over(h, w, Dilation) is { } side
            ? [n, o, side.Height, side.Width]
            : throw Unfit(
                inputs,
                $"an image (N, C, H, W) at least as large as the kernel, a weight (O, C / {Groups}, {Window.KernelHeight}, {Window.KernelWidth}) and a bias (O)"
            );

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training)
    {
        var bias = inputs.Count > 2 ? inputs[2] : null;
        if (Window.IsSymmetric)
        {
            return Convolved(inputs[0], inputs[1], bias, [Window.Top, Window.Left]);
        }
        using var padded = nn.functional.pad(
            inputs[0],
            [Window.Left, Window.Right, Window.Top, Window.Bottom],
            PaddingModes.Constant
        );
        return Convolved(padded, inputs[1], bias, [0, 0]);
    }

    private Tensor Convolved(Tensor image, Tensor weight, Tensor? bias, long[] padding) =>
        nn.functional.conv2d(
            image,
            weight,
            bias,
            [Window.StrideHeight, Window.StrideWidth],
            padding,
            [Dilation, Dilation],
            Groups
        );
}
