using System.Buffers.Binary;
using System.IO.Compression;

namespace Temper.Reports;

/// <summary>Writes small 8-bit PNG images.</summary>
/// <remarks>Source: PNG specification, third edition (W3C, 2025), sections 5, 7, 9 and annex D (CRC).</remarks>
internal static class Png
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>Encodes an image.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 for grey, 3 for red, green, blue.</param>
    /// <param name="pixels">H·W·C samples, row-major, channels interleaved.</param>
    public static byte[] Encode(int width, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        if (channels is not (1 or 3) || pixels.Length != width * height * channels)
        {
            throw new ArgumentException(
                $"{pixels.Length} samples are not {height}×{width}×{channels}.",
                nameof(pixels)
            );
        }
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)(channels == 1 ? 0 : 2);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Compress(pixels, width * channels));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Encodes planar values in [0, 1], shape C·H·W; other than 1 or 3 channels are averaged to grey.</summary>
    public static byte[] FromPlanes(int channels, int height, int width, ReadOnlySpan<float> values)
    {
        var plane = height * width;
        var samples = channels == 3 ? 3 : 1;
        var pixels = new byte[plane * samples];
        for (var i = 0; i < plane; i++)
        {
            if (samples == 3)
            {
                for (var c = 0; c < 3; c++)
                {
                    pixels[(i * 3) + c] = Quantise(values[(c * plane) + i]);
                }
                continue;
            }
            var sum = 0f;
            for (var c = 0; c < channels; c++)
            {
                sum += values[(c * plane) + i];
            }
            pixels[i] = Quantise(sum / channels);
        }
        return Encode(width, height, samples, pixels);
    }

    /// <summary>An image as an address that holds the image itself.</summary>
    public static string DataUri(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static byte Quantise(float value) => (byte)MathF.Round(Math.Clamp(value, 0, 1) * 255);

    private static byte[] Compress(ReadOnlySpan<byte> pixels, int stride)
    {
        using var target = new MemoryStream();
        using (var deflate = new ZLibStream(target, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var at = 0; at < pixels.Length; at += stride)
            {
                // Filter 0 in front of every row: the samples stand as they are.
                deflate.WriteByte(0);
                deflate.Write(pixels.Slice(at, stride));
            }
        }
        return target.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }
        return crc;
    }

    private static uint Entry(int n)
    {
        var c = (uint)n;
        for (var k = 0; k < 8; k++)
        {
            c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        }
        return c;
    }
}
