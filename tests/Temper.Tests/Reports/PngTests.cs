using System.Buffers.Binary;
using System.IO.Compression;
using Temper.Reports;

namespace Temper.Tests.Reports;

public sealed class PngTests
{
    [Fact]
    public void A_grey_image_decodes_to_the_same_samples()
    {
        byte[] pixels = [.. Enumerable.Range(0, 7 * 5).Select(i => (byte)(i * 7))];
        var (width, height, colour, data) = Decode(Png.Encode(7, 5, 1, pixels));
        Assert.Equal((7, 5, 0), (width, height, colour));
        Assert.Equal(pixels, data);
    }

    [Fact]
    public void Planes_are_interleaved_rounded_and_clamped()
    {
        float[] values = [-1, 0.5f, 2, 0.2f, 1, 0];
        var (_, _, colour, data) = Decode(Png.FromPlanes(3, 1, 2, values));
        Assert.Equal(2, colour);
        Assert.Equal([0, 255, 255, 128, 51, 0], data);
        Assert.Equal([102, 64], Decode(Png.FromPlanes(2, 1, 2, [0.4f, 0, 0.4f, 0.5f])).Data);
    }

    [Fact]
    public void The_checksum_is_the_standard_one() =>
        Assert.Equal(
            new byte[] { 0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82 },
            Png.Encode(1, 1, 1, [0])[^12..]
        );

    [Fact]
    public void A_wrong_size_is_refused() => Assert.Throws<ArgumentException>(() => Png.Encode(2, 2, 1, [0]));

    private static (int Width, int Height, int Colour, byte[] Data) Decode(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        var height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        var samples = png[25] == 2 ? 3 : 1;
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var inflate = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        inflate.CopyTo(raw);
        var stride = (width * samples) + 1;
        Assert.Equal(stride * height, raw.Length);
        var data = raw.ToArray().Where((_, i) => i % stride != 0).ToArray();
        return (width, height, png[25], data);
    }
}
