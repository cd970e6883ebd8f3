using System.Diagnostics;
using Temper.Data;

namespace Temper.Slow.Tests;

/// <summary>The real sets, whole.</summary>
public sealed class OutsideDataTests
{
    [Fact]
    public void Fashion_MNIST_is_there_with_a_thousand_test_images_of_each_class()
    {
        var set = Datasets.Load("fashion-mnist", "test", OutsideData.Folder);
        Assert.Equal((10_000, 1, 28, 28), (set.Count, set.Channels, set.Height, set.Width));
        Assert.All(set.Labels.CountBy(l => l), c => Assert.Equal(1000, c.Value));
        // The published first labels: ankle boot, pullover, trouser, trouser, shirt.
        Assert.Equal([9, 2, 1, 1, 6], set.Labels.Take(5));
        Assert.Equal(60_000, Datasets.Load("fashion-mnist", "train", OutsideData.Folder).Count);
    }

    [Fact]
    public void CIFAR_10_loads_whole_within_five_seconds_and_says_that_it_is_decoded_from_JPEG()
    {
        var folder = OutsideData.Folder;
        var clock = Stopwatch.StartNew();
        var train = Datasets.Load("cifar10", "train", folder);
        var test = Datasets.Load("cifar10", "test", folder);
        var seconds = clock.Elapsed.TotalSeconds;
        Assert.Equal((50_000, 10_000), (train.Count, test.Count));
        Assert.Equal(("JPEG-decoded", "JPEG-decoded"), (train.Card.Variant, test.Card.Variant));
        Assert.Equal([3, 8, 8, 0, 6], test.Labels.Take(5));
        Assert.All(train.Labels.CountBy(l => l), c => Assert.Equal(5000, c.Value));
        TestContext.Current.TestOutputHelper?.WriteLine($"loaded in {seconds:F2} s");
        Assert.InRange(seconds, 0, 5);
    }

    [Fact]
    public void The_pack_holds_the_images_of_the_lossless_subset_but_for_what_JPEG_loses()
    {
        var folder = OutsideData.Folder;
        var pack = (ImageSet)Datasets.Load("cifar10", "train", folder);
        var lossless = OutsideData.Lossless("lossless_train_first4000.bin.gz", "train");
        var (pixels, labels) = (lossless.Pixels, lossless.Labels);
        Assert.Equal(labels, pack.Labels.Take(4000));
        var squares = 0.0;
        for (var i = 0; i < pixels.Length; i++)
        {
            squares += Math.Pow(pixels[i] - pack.Pixels[i], 2);
        }
        // Stated with the files: 8/255 root mean square. A plane in the wrong place would be an order away.
        Assert.InRange(Math.Sqrt(squares / pixels.Length), 6, 10);
    }
}
