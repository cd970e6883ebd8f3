using Temper.Models.Passes;
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

    /// <summary>Gets whether the gradient of its input can be computed by more than autograd.</summary>
    internal bool HasChoice => Groups == 1 && Dilation == 1 && Window.IsSymmetric;

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

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        if (!call.WantsFirstOnly || !HasChoice)
        {
            return base.Record(call);
        }
        var backward = call.Prepared(() => Backward(call.Inputs[0], call.Inputs[1], call.Settings));
        return new(Apply(call.Inputs, call.Training), gradient => [backward.Of(gradient), null, null]);
    }

    private ConvBackward Backward(Tensor image, Tensor weight, PassSettings settings)
    {
        var shape = new ConvShape(image.shape[1], image.shape[2], image.shape[3], weight.shape[0], Window);
        var algorithm = settings.Convolutions.For(shape);
        if (
            algorithm == ConvAlgorithm.Fold
            && (image.device_type != DeviceType.CPU || image.dtype != ScalarType.Float32)
        )
        {
            algorithm = ConvAlgorithm.Transposed;
        }
        return ConvBackward.Create(algorithm, shape, weight, Layout.IsChannelsLast(image));
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
