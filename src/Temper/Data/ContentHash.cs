using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Data;

/// <summary>The hash that names examples: of all values, then the labels.</summary>
internal static class ContentHash
{
    /// <summary>A label is one byte where all labels fit, as in the files of MNIST, and four, little-endian, otherwise.</summary>
    public static string Of(ReadOnlySpan<byte> values, int[] labels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(values);
        if (Array.TrueForAll(labels, l => l is >= 0 and <= byte.MaxValue))
        {
            hash.AppendData([.. labels.Select(l => (byte)l)]);
        }
        else
        {
            hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A key per row for inputs that come without canonical indices: the same input draws the same noise in any batch.</summary>
    /// <param name="inputs">Inputs, float32, shape (N, …).</param>
    public static long[] Keys(Tensor inputs)
    {
        var values = MemoryMarshal.AsBytes<float>(Tensors.ToArray<float>(inputs));
        var keys = new long[inputs.shape[0]];
        var width = keys.Length == 0 ? 0 : values.Length / keys.Length;
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(values.Slice(row * width, width)));
        }
        return keys;
    }
}
