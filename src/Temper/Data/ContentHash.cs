using System.Runtime.InteropServices;
using System.Security.Cryptography;

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
}
