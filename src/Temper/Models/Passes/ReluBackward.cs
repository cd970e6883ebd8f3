using System.Numerics;
using System.Runtime.CompilerServices;
using Temper.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>The way back through a ReLU: the gradient where the result is above 0, else 0.</summary>
internal static class ReluBackward
{
    // Below so many values a second thread costs more than it brings.
    private const int Share = 1 << 14;

    /// <summary>Masks a gradient.</summary>
    /// <param name="gradient">The gradient of the result; borrowed.</param>
    /// <param name="result">The result; borrowed, overwritten by what is returned.</param>
    /// <returns>The masked gradient, in the memory of <paramref name="result"/>; a handle the caller owns.</returns>
    public static Tensor OverResult(Tensor gradient, Tensor result)
    {
        if (result.dtype != ScalarType.Float32 || result.device_type != DeviceType.CPU || result.numel() > int.MaxValue)
        {
            return result.sign_().mul_(gradient).alias();
        }
        using var scope = NewDisposeScope();
        var (from, to) = Layout.SideBySide(gradient, result);
        var count = (int)result.numel();
        ThreadTeam.Run(
            count / Share,
            (member, members) =>
            {
                var (first, last) = (
                    (int)((long)count * member / members),
                    (int)((long)count * (member + 1) / members)
                );
                Mask(Tensors.Floats(from)[first..last], Tensors.Floats(to)[first..last]);
            }
        );
        return result.alias().MoveToOuterDisposeScope();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mask(ReadOnlySpan<float> gradient, Span<float> result)
    {
        var i = 0;
        for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var passes = Vector.GreaterThan(new Vector<float>(result[i..]), Vector<float>.Zero);
            Vector.ConditionalSelect(passes, new Vector<float>(gradient[i..]), Vector<float>.Zero).CopyTo(result[i..]);
        }
        for (; i < result.Length; i++)
        {
            result[i] = result[i] > 0 ? gradient[i] : 0;
        }
    }
}
