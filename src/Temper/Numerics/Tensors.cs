using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Temper.Numerics;

/// <summary>Small tensor operations that TorchSharp lacks or names misleadingly.</summary>
internal static class Tensors
{
    /// <summary>The memory of a contiguous CPU float32 tensor, valid while the tensor lives.</summary>
    public static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>Copies to an array, whatever device and layout the tensor has.</summary>
    public static T[] ToArray<T>(Tensor tensor)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.detach().cpu().contiguous().bytes).ToArray();
    }

    /// <summary>Bitwise equality of shape, type and content (NaN equals the same NaN).</summary>
    public static bool Identical(Tensor a, Tensor b)
    {
        if (a.dtype != b.dtype || !a.shape.SequenceEqual(b.shape))
        {
            return false;
        }
        using var left = a.detach().cpu().contiguous();
        using var right = b.detach().cpu().contiguous();
        return left.bytes.SequenceEqual(right.bytes);
    }

    /// <summary>One value per example, shaped (N, 1, …, 1) so that it broadcasts over <paramref name="like"/>.</summary>
    public static Tensor PerExample(Tensor values, Tensor like)
    {
        var shape = new long[like.dim()];
        Array.Fill(shape, 1);
        shape[0] = like.shape[0];
        return values.view(shape);
    }
}
