using System.Numerics;
using System.Runtime.CompilerServices;
using Temper.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary><see cref="ConvAlgorithm.SubPixel"/>: Shi et al. 2016, Real-time single image and video super-resolution, section 3.</summary>
/// <remarks>
/// With stride s, the input value i = s·q + r − pad receives Σ_j W[r + s·j] · g[q − j]: for each phase r a convolution of g with every
/// s-th row of the mirrored kernel. All phases are channels of one convolution over g, and interleaved they are the gradient of the
/// padded image. Where channels lie last, the interleaving copies whole pixels and leaves the padding out at once.
/// </remarks>
internal sealed class SubPixelGradient(ConvShape shape, Tensor weight, bool copiesPixels) : ConvBackward(shape, weight)
{
    // Below so many pixels a second thread costs more than it brings.
    private const int Share = 1 << 11;

    private readonly long _stride = shape.Window.StrideHeight;
    private readonly long[] _padding = [weight.shape[2] - 1, weight.shape[3] - 1];

    /// <summary>The kernels of all phases, shape (s² · I, O, ⌈kH / s⌉, ⌈kW / s⌉).</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="weight">The weights (O, I, kH, kW).</param>
    /// <param name="copiesPixels">Whether the result's channels run (r, r′, I), else (I, r, r′) as pixel_shuffle reads them.</param>
    public static Tensor Prepare(ConvShape shape, Tensor weight, bool copiesPixels)
    {
        var s = shape.Window.StrideHeight;
        var (rows, columns) = (Taps(shape.Window.KernelHeight, s), Taps(shape.Window.KernelWidth, s));
        var whole = nn.functional.pad(
            weight.detach(),
            [0, (columns * s) - shape.Window.KernelWidth, 0, (rows * s) - shape.Window.KernelHeight],
            PaddingModes.Constant
        );
        // (O, I, j, r, j′, r′) to (phases and I, O, j, j′); the taps run backwards in a convolution.
        long[] order = copiesPixels ? [3, 5, 1, 0, 2, 4] : [1, 3, 5, 0, 2, 4];
        return whole
            .reshape(shape.Out, shape.In, rows, s, columns, s)
            .permute(order)
            .flip(4, 5)
            .reshape(shape.In * s * s, shape.Out, rows, columns)
            .contiguous();
    }

    /// <inheritdoc/>
    public override Tensor Of(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var phases = nn.functional.conv2d(gradient, Weight, null, [1, 1], _padding);
        return (copiesPixels ? Pixels(phases) : Shuffled(phases)).MoveToOuterDisposeScope();
    }

    private static long Taps(long kernel, long stride) => (kernel + stride - 1) / stride;

    private Tensor Pixels(Tensor phases)
    {
        var batch = (int)phases.shape[0];
        var from = phases.permute(0, 2, 3, 1).contiguous();
        var to = empty([batch, Shape.Height, Shape.Width, Shape.In]);
        var (rows, columns) = ((int)from.shape[1], (int)from.shape[2]);
        ThreadTeam.Run(
            batch * Shape.Height * Shape.Width / Share,
            (member, members) =>
            {
                // Asked for once: each asking crosses to native code several times.
                var source = Tensors.Floats(from);
                var target = Tensors.Floats(to);
                var (size, pixels) = (source.Length / batch, target.Length / batch);
                for (var image = batch * member / members; image < batch * (member + 1) / members; image++)
                {
                    Interleave(source.Slice(image * size, size), target.Slice(image * pixels, pixels), rows, columns);
                }
            }
        );
        return to.permute(0, 3, 1, 2);
    }

    /// <summary>Copies the pixels of one image from their phases, (q, q′, r, r′, I), to their places, (H, W, I).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Interleave(ReadOnlySpan<float> from, Span<float> to, int rows, int columns)
    {
        var (s, channels, width) = ((int)_stride, (int)Shape.In, (int)Shape.Width);
        var (top, left) = ((int)Shape.Window.Top, (int)Shape.Window.Left);
        for (var y = 0; y < Shape.Height; y++)
        {
            var (q, r) = Math.DivRem(y + top, s);
            var line = to.Slice(y * width * channels, width * channels);
            if (q >= rows)
            {
                // No window reached it.
                line.Clear();
                continue;
            }
            for (var phase = 0; phase < s; phase++)
            {
                var first = (((phase - left) % s) + s) % s;
                var source = ((((q * columns) + ((first + left) / s)) * s * s) + (r * s) + phase) * channels;
                for (var x = first; x < width; x += s, source += s * s * channels)
                {
                    var pixel = line.Slice(x * channels, channels);
                    if ((x + left) / s < columns)
                    {
                        Copy(from.Slice(source, channels), pixel);
                    }
                    else
                    {
                        pixel.Clear();
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<float> from, Span<float> to)
    {
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            new Vector<float>(from[i..]).CopyTo(to[i..]);
        }
        for (; i < to.Length; i++)
        {
            to[i] = from[i];
        }
    }

    private Tensor Shuffled(Tensor phases)
    {
        var padded = nn.functional.pixel_shuffle(phases, _stride);
        var (top, left) = (Shape.Window.Top, Shape.Window.Left);
        var below = Math.Max(0, Shape.Height + top - padded.shape[2]);
        var right = Math.Max(0, Shape.Width + left - padded.shape[3]);
        var image = padded.narrow(2, top, Shape.Height - below).narrow(3, left, Shape.Width - right);
        // Rows and columns at the far end that no window reached.
        return below + right == 0 ? image : nn.functional.pad(image, [0, right, 0, below], PaddingModes.Constant);
    }
}
