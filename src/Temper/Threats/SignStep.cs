using System.Numerics;
using System.Runtime.CompilerServices;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The step of L∞ attacks in one pass over memory: x + size · sign(g), cut off at the faces; a gradient that is not a number moves nothing.</summary>
internal static class SignStep
{
    // Below so many values a second thread costs more than it brings.
    private const int Share = 1 << 15;

    /// <summary>Whether the tensors are such that it can be taken: contiguous float32 on a CPU.</summary>
    /// <param name="tensors">All that take part.</param>
    public static bool Fits(params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (
                tensor.dtype != ScalarType.Float32
                || tensor.device_type != TorchSharp.DeviceType.CPU
                || !tensor.is_contiguous()
                || tensor.numel() > int.MaxValue
            )
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Takes the step.</summary>
    /// <param name="x">The points, overwritten.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="lower">The lower faces.</param>
    /// <param name="upper">The upper faces.</param>
    /// <param name="size">The length of the step.</param>
    public static void Take(Tensor x, Tensor gradient, Tensor lower, Tensor upper, float size)
    {
        var count = x.numel();
        ThreadTeam.Run(
            count / Share,
            (member, members) =>
            {
                var part = new Range((int)(count * member / members), (int)(count * (member + 1) / members));
                Take(
                    Tensors.Floats(x)[part],
                    Tensors.Floats(gradient)[part],
                    Tensors.Floats(lower)[part],
                    Tensors.Floats(upper)[part],
                    size
                );
            }
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take(
        Span<float> x,
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> lower,
        ReadOnlySpan<float> upper,
        float size
    )
    {
        var i = 0;
        var (plus, minus) = (new Vector<float>(size), new Vector<float>(-size));
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]);
            // Comparisons with what is not a number are false, so it moves nothing.
            var move = Vector.ConditionalSelect(
                Vector.GreaterThan(g, Vector<float>.Zero),
                plus,
                Vector.ConditionalSelect(Vector.LessThan(g, Vector<float>.Zero), minus, Vector<float>.Zero)
            );
            var moved = new Vector<float>(x[i..]) + move;
            var low = new Vector<float>(lower[i..]);
            Vector.Min(Vector.Max(moved, low), new Vector<float>(upper[i..])).CopyTo(x[i..]);
        }
        for (; i < x.Length; i++)
        {
            var move =
                gradient[i] > 0 ? size
                : gradient[i] < 0 ? -size
                : 0;
            x[i] = MathF.Min(MathF.Max(x[i] + move, lower[i]), upper[i]);
        }
    }
}
