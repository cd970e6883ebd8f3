using System.Buffers.Binary;
using Temper.Data.Readers;
using Temper.Errors;
using Temper.Reports;
using Temper.Tests.Kit;

namespace Temper.Tests.Data;

public sealed class CifarReaderTests
{
    private const int FuzzInputs = 100_000;
    private const int Record = 3073;

    [Fact]
    public void Binary_records_are_a_label_and_three_planes()
    {
        var bytes = new byte[2 * Record];
        (bytes[0], bytes[1], bytes[1 + 1024], bytes[Record - 1]) = (7, 10, 20, 30);
        (bytes[Record], bytes[Record + 1]) = (9, 40);
        var (pixels, labels) = CifarReader.ReadBinary(bytes, "x");
        Assert.Equal([7, 9], labels);
        Assert.Equal((10, 20, 30, 40), (pixels[0], pixels[1024], pixels[3071], pixels[3072]));
    }

    [Fact]
    public void Packed_images_are_decoded_to_planes()
    {
        var (pixels, labels) = CifarReader.ReadPacked(Pack((3, Image(200)), (9, Image(50))), "x");
        Assert.Equal([3, 9], labels);
        Assert.Equal((200, 1, 2), (pixels[0], pixels[1024], pixels[2048]));
        Assert.Equal(50, pixels[3072]);
    }

    [Fact]
    public void What_is_not_whole_is_refused()
    {
        Refuses(() => CifarReader.ReadBinary([], "x"), "0 bytes");
        Refuses(() => CifarReader.ReadBinary(new byte[Record + 1], "x"), "3074 bytes");
        var wrong = new byte[Record * 2];
        wrong[Record] = 10;
        Refuses(() => CifarReader.ReadBinary(wrong, "x"), "image 1 has label 10");
        var good = Pack((3, Image(1)), (4, Image(2)));
        for (var length = 0; length < good.Length; length++)
        {
            var cut = good[..length];
            Assert.Throws<DataException>(() => CifarReader.ReadPacked(cut, "x"));
        }
        Refuses(() => CifarReader.ReadPacked([.. good, 0], "x"), "1 bytes after");
        Refuses(() => CifarReader.ReadPacked(Pack((10, Image(1))), "x"), "label 10");
        Refuses(() => CifarReader.ReadPacked(Pack((1, PictureSamples.Plain)), "x"), "12 × 8");
        Refuses(() => CifarReader.ReadPacked(Pack((1, Image(1)), (1, [1, 2])), "x"), "image 1");
    }

    [Fact]
    public void Fuzzed_files_are_refused_or_read()
    {
        byte[][] valid = [Pack((3, Image(1))), Pack((3, Image(1)), (4, PictureSamples.Base))];
        var (taken, most) = Fuzz.Run(
            12,
            FuzzInputs,
            valid,
            [
                [.. "CIFJPG1\n"u8],
                [0xFF, 0xFF],
            ],
            input =>
            {
                DataException? refused = null;
                try
                {
                    var (pixels, labels) = CifarReader.ReadPacked(input, "fuzz");
                    Assert.Equal(labels.Length * 3072, pixels.Length);
                }
                catch (DataException e)
                {
                    refused = e;
                }
                if (refused is not null)
                {
                    Assert.NotEmpty(CifarReader.ReadBinary(input, "fuzz").Labels);
                }
            }
        );
        Assert.InRange(taken, 1, FuzzInputs * 9 / 10);
        Assert.InRange(most, 1, 64 << 20);
    }

    private static void Refuses(Action read, string part)
    {
        var e = Assert.Throws<DataException>(read);
        Assert.StartsWith("x", e.Message, StringComparison.Ordinal);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    /// <summary>One colour; PNG, which decodes exactly, stands in for JPEG: the reader takes either.</summary>
    private static byte[] Image(byte red)
    {
        var pixels = new byte[32 * 32 * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red, 1, 2);
        }
        return Png.Encode(32, 32, 3, pixels);
    }

    private static byte[] Pack(params (byte Label, byte[] File)[] records)
    {
        var bytes = new List<byte>([.. "CIFJPG1\n"u8]);
        var number = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, records.Length);
        bytes.AddRange(number);
        foreach (var (label, file) in records)
        {
            bytes.Add(label);
            BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)file.Length);
            bytes.AddRange(number.AsSpan(0, 2));
            bytes.AddRange(file);
        }
        return [.. bytes];
    }
}
