using Temper.Data;
using Temper.Errors;

namespace Temper.Tests.Data;

public sealed class ImageSetTests
{
    [Fact]
    public void Images_lie_one_after_the_other()
    {
        var set = Set(IdxSamples.Counting(24), [1, 0], channels: 3, height: 2, width: 2);
        Assert.Equal((2, 12), (set.Count, set.ValuesPerExample));
        Assert.Equal(IdxSamples.Counting(24)[12..], set.Image(1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Image(-1).Length);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Refused(() => Set(new byte[23], [1, 0], 3, 2, 2), "toy/train: found 23 pixels and 2 labels");
        Refused(() => Set(new byte[2], [1, 2], 1, 1, 1), "example 1 has label 2, expected 0 to 1");
        Refused(() => Set([], [], 1, 1, 1), "0 examples");
        Refused(() => Set([], [0], 0, 1, 1), "of 0 × 1 × 1");
        Refused(() => Set(new byte[1], [0], -1, -1, 1), "of -1 × -1 × 1");
        Refused(() => Set(new byte[1], [0], 1, 1, 1, classes: 0), "in 0 classes");
        Refused(() => Set(new byte[1], [0], 1, 1, 1, classes: 100_001), "in 100001 classes");
        // 2^64 pixels: an overflow would take it for none.
        Refused(() => Set([], [0], 1 << 30, 1 << 30, 16), "found 0 pixels");
    }

    private static ImageSet Set(byte[] pixels, byte[] labels, int channels, int height, int width, int classes = 2) =>
        new(new("toy", "train", channels, height, width, classes, "none"), pixels, [.. labels.Select(l => (int)l)]);

    private static void Refused(Func<ImageSet> make, string expected) =>
        Assert.Contains(expected, Assert.Throws<DataException>(make).Message);
}
