using System.Buffers.Binary;
using System.IO.Compression;

namespace Temper.Tests.Data;

/// <summary>IDX files as bytes, put together by hand.</summary>
internal static class IdxSamples
{
    public const uint Images = 0x803;
    public const uint Labels = 0x801;

    /// <summary>Header words, then the data.</summary>
    public static byte[] File(uint[] header, byte[] data)
    {
        var bytes = new byte[(header.Length * 4) + data.Length];
        for (var i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), header[i]);
        }
        data.CopyTo(bytes, header.Length * 4);
        return bytes;
    }

    /// <summary>The bytes 0, 1, 2, ...</summary>
    public static byte[] Counting(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }
}
