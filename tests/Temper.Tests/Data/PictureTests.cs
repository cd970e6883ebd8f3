using Temper.Data;
using Temper.Data.Readers;
using Temper.Errors;
using Temper.Tests.Kit;

namespace Temper.Tests.Data;

/// <summary>PNG and JPEG: the pixels other programs put in come out, and a lie in a header costs nothing.</summary>
public sealed class PictureTests
{
    private const int FuzzInputs = 100_000;

    [Fact]
    public void Every_form_of_png_gives_the_pixels_put_in()
    {
        byte[][] files =
        [
            PictureSamples.Plain,
            PictureSamples.Interlaced,
            PictureSamples.Palette,
            PictureSamples.Deep,
            PictureSamples.Alpha,
        ];
        foreach (var file in files)
        {
            var picture = PictureFile.Decode(file, "x.png", 3);
            Assert.Equal((12, 8, 3), (picture.Width, picture.Height, picture.Channels));
            AssertRows(picture, 0);
        }
    }

    [Fact]
    public void Every_form_of_jpeg_gives_them_nearly()
    {
        AssertRows(PictureFile.Decode(PictureSamples.Base, "x.jpg", 3), 4);
        AssertRows(PictureFile.Decode(PictureSamples.Progressive, "x.jpg", 3), 4);
        var grey = PictureFile.Decode(PictureSamples.Grey, "x.jpg", 1);
        // The luma (Rec. 709) of the rows; what libjpeg makes of the same file is within a level.
        byte[] expected = [0x37, 0x31, 0x2C, 0x27, 0x21, 0x1C, 0x17, 0x12];
        for (var y = 0; y < 8; y++)
        {
            Assert.InRange(grey.Values[y * 12], expected[y] - 2, expected[y] + 2);
        }
    }

    [Theory]
    [InlineData(ImageFit.Cover, 8)]
    [InlineData(ImageFit.Stretch, 8)]
    [InlineData(ImageFit.Pad, 12)]
    public void Rows_of_one_colour_stay_so_when_the_height_stays(ImageFit fit, int size)
    {
        var square = PictureScaler.Square(PictureFile.Decode(PictureSamples.Plain, "x.png", 3), size, fit);
        Assert.Equal((size, size), (square.Width, square.Height));
        for (var y = 0; y < size; y++)
        {
            var row = y - ((size - 8) / 2);
            var (red, _, blue) = row is >= 0 and < 8 ? PictureSamples.Rows[row] : default;
            for (var x = 0; x < size; x++)
            {
                Assert.Equal(red, square.Values[((y * size) + x) * 3]);
                Assert.Equal(blue, square.Values[(((y * size) + x) * 3) + 2]);
            }
        }
    }

    [Fact]
    public void Halving_averages_with_the_weights_of_a_triangle()
    {
        // Four samples to two: reach 2, centre 1: weights 0.75, 0.75, 0.25 of samples 0, 1, 2, over their sum 1.75.
        var line = new Picture(4, 1, 1, [0, 100, 200, 40]);
        var half = PictureScaler.Square(line, 2, ImageFit.Stretch);
        Assert.Equal([(byte)71, 117, 71, 117], half.Values);
        Assert.Equal(71, Math.Round(((0.75 * 0) + (0.75 * 100) + (0.25 * 200)) / 1.75));
        Assert.Equal(117, Math.Round(((0.25 * 100) + (0.75 * 200) + (0.75 * 40)) / 1.75));
    }

    [Fact]
    public void A_size_that_the_file_cannot_hold_is_refused()
    {
        var lie = (byte[])PictureSamples.Plain.Clone();
        lie[16 + 1] = 0xFF;
        Assert.Contains("header says", Assert.Throws<DataException>(() => PictureFile.Decode(lie, "x.png", 3)).Message);
        foreach (var file in PictureSamples.All)
        {
            Assert.StartsWith(
                "x: ",
                Assert.Throws<DataException>(() => PictureFile.Decode(file[..(file.Length / 2)], "x", 3)).Message
            );
        }
        Assert.Contains("neither", Assert.Throws<DataException>(() => PictureFile.Decode([1, 2, 3], "x", 3)).Message);
    }

    [Fact]
    public void Fuzzed_files_are_refused_or_decoded()
    {
        byte[][] words =
        [
            [0xFF, 0xDA],
            [0xFF, 0xC0],
            [0xFF, 0xC4],
            [0xFF, 0xFF, 0xFF, 0xFF],
            [.. "IDAT"u8],
            [.. "PLTE"u8],
        ];
        var (taken, most) = Fuzz.Run(
            11,
            FuzzInputs,
            PictureSamples.All,
            words,
            input =>
            {
                var picture = PictureFile.Decode(input, "fuzz", 3);
                Assert.Equal(picture.Width * picture.Height * 3, picture.Values.Length);
            }
        );
        Assert.InRange(taken, FuzzInputs / 100, FuzzInputs * 9 / 10);
        // An image of the most pixels that 4 KB of PNG can hold has 34 million; three bytes each, twice.
        Assert.InRange(most, 1, 256 << 20);
    }

    private static void AssertRows(Picture picture, int tolerance)
    {
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            var (red, green, blue) = PictureSamples.Rows[i / picture.Width];
            Assert.InRange(picture.Values[i * 3] - red, -tolerance, tolerance);
            Assert.InRange(picture.Values[(i * 3) + 1] - green, -tolerance, tolerance);
            Assert.InRange(picture.Values[(i * 3) + 2] - blue, -tolerance, tolerance);
        }
    }
}
