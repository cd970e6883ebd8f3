using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary><see cref="ConvAlgorithm.SubPixel"/>: Shi et al. 2016, Real-time single image and video super-resolution, section 3.</summary>
/// <remarks>
/// With stride s, the input value i = s·q + r − pad receives Σ_j W[r + s·j] · g[q − j]: for each phase r a convolution of g with every
/// s-th row of the mirrored kernel. All phases are channels of one convolution over g, and interleaved they are the gradient of the padded image.
/// </remarks>
internal sealed class SubPixelGradient(ConvShape shape, Tensor weight) : ConvBackward(shape, weight)
{
    private readonly long _stride = shape.Window.StrideHeight;
    private readonly long[] _padding = [weight.shape[2] - 1, weight.shape[3] - 1];

    /// <summary>The kernels of all phases, shape (I · s², O, ⌈kH / s⌉, ⌈kW / s⌉), ordered as pixel_shuffle reads them.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="weight">The weights (O, I, kH, kW).</param>
    public static Tensor Prepare(ConvShape shape, Tensor weight)
    {
        var s = shape.Window.StrideHeight;
        var (rows, columns) = (Taps(shape.Window.KernelHeight, s), Taps(shape.Window.KernelWidth, s));
        var whole = nn.functional.pad(
            weight.detach(),
            [0, (columns * s) - shape.Window.KernelWidth, 0, (rows * s) - shape.Window.KernelHeight],
            PaddingModes.Constant
        );
        // (O, I, j, r, j′, r′) to (I, r, r′, O, j, j′); the taps run backwards in a convolution.
        return whole
            .reshape(shape.Out, shape.In, rows, s, columns, s)
            .permute(1, 3, 5, 0, 2, 4)
            .flip(4, 5)
            .reshape(shape.In * s * s, shape.Out, rows, columns)
            .contiguous();
    }

    /// <inheritdoc/>
    public override Tensor Of(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var phases = nn.functional.conv2d(gradient, Weight, null, [1, 1], _padding);
        var padded = nn.functional.pixel_shuffle(phases, _stride);
        var (top, left) = (Shape.Window.Top, Shape.Window.Left);
        var (below, right) = (Shape.Height + top - padded.shape[2], Shape.Width + left - padded.shape[3]);
        var image = padded.narrow(2, top, Shape.Height - Math.Max(0, below));
        image = image.narrow(3, left, Shape.Width - Math.Max(0, right));
        if (below > 0 || right > 0)
        {
            // Rows and columns at the far end that no window reached.
            image = nn.functional.pad(image, [0, Math.Max(0, right), 0, Math.Max(0, below)], PaddingModes.Constant);
        }
        return image.MoveToOuterDisposeScope();
    }

    private static long Taps(long kernel, long stride) => (kernel + stride - 1) / stride;
}
