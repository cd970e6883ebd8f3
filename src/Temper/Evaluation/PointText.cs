using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Temper.Evaluation;

/// <summary>A point as one word of a journal: float32, little-endian, deflated, base64.</summary>
internal static class PointText
{
    public static string Write(ReadOnlySpan<float> values)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(MemoryMarshal.AsBytes(values));
        }
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    /// <summary>Reads a point into values that it fills.</summary>
    public static void Read(string text, Span<float> values)
    {
        using var deflate = new DeflateStream(
            new MemoryStream(Convert.FromBase64String(text)),
            CompressionMode.Decompress
        );
        deflate.ReadExactly(MemoryMarshal.AsBytes(values));
    }

    public static float[] Read(string text, int count)
    {
        var values = new float[count];
        Read(text, values);
        return values;
    }
}
