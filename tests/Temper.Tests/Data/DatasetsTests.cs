using System.Globalization;
using Temper.Data;
using Temper.Errors;
using Temper.Tests.Reports;

namespace Temper.Tests.Data;

public sealed class DatasetsTests
{
    private const string TestImages = "t10k-images-idx3-ubyte.gz";
    private const string TestLabels = "t10k-labels-idx1-ubyte.gz";

    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "data", "mnist");

    [Theory]
    [InlineData(
        "train",
        60_000,
        "5,0,4,1,9,2,1,3,1,4",
        "b80e9476219888e4532324a0729ba786bc35ecb593286b2b46ec8daf15b4ad76"
    )]
    [InlineData(
        "test",
        10_000,
        "7,2,1,0,4,1,4,9,5,9",
        "309464139e9e7a991e50779f501c5235a636b7f191c57ef38fc0a46ec5966f16"
    )]
    public void Mnist_is_there_and_is_mnist(string split, int count, string firstLabels, string sha256)
    {
        var set = Datasets.Load("mnist", split);
        Assert.Equal(("mnist", split, count), (set.Name, set.Split, set.Count));
        Assert.Equal((1, 28, 28, 10, 784), (set.Channels, set.Height, set.Width, set.Classes, set.PixelsPerImage));
        Assert.Equal(firstLabels, string.Join(',', set.Labels.Take(10)));
        Assert.Equal(sha256, set.Sha256);
        // The mean that is quoted everywhere for the training images: 0.1307.
        if (split == "train")
        {
            var mean = set.Pixels.Sum(p => (long)p) / 255.0 / set.Pixels.Length;
            Assert.Equal("0.1307", mean.ToString("F4", CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void The_note_beside_the_data_tells_every_hash()
    {
        var note = File.ReadAllText(Path.Combine(Shipped, "README.md"));
        foreach (var file in Directory.GetFiles(Shipped, "*.gz"))
        {
            Assert.Contains($"`{Path.GetFileName(file)}` | {new FileInfo(file).Length} | ", note);
            Assert.Contains(Temper.Serialization.Hashes.Sha256OfFile(file), note);
        }
        Assert.Contains(Datasets.Load("mnist", "test").Sha256, note);
        Assert.Contains("CC BY-SA 3.0", note);
    }

    [Fact]
    public void A_folder_given_is_looked_in_first_and_so_is_the_one_below_it()
    {
        foreach (var below in new[] { "", "mnist" })
        {
            using var folder = new Folder();
            Directory.CreateDirectory(folder.File(below));
            var images = Path.Combine(folder.Path, below, TestImages);
            File.Copy(Path.Combine(Shipped, TestImages), images);
            // One file alone is no data set, so the shipped one is used.
            Assert.Equal(10_000, Datasets.Load("mnist", "test", folder.Path).Count);

            var labels = Path.Combine(folder.Path, below, TestLabels);
            File.WriteAllBytes(labels, [1, 2, 3]);
            var e = Assert.Throws<DataException>(() => Datasets.Load("mnist", "test", folder.Path));
            Assert.StartsWith(
                $"{labels}: found SHA-256 039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
                e.Message
            );
            Assert.Contains("expected b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b", e.Message);
        }
    }

    [Fact]
    public void Missing_data_tells_where_was_looked()
    {
        using var folder = new Folder();
        var (one, two) = (folder.File("one"), folder.File("two"));
        var e = Assert.Throws<DataException>(() => Datasets.LoadFrom("mnist", "test", _ => [one, two]));
        Assert.Contains($"'mnist': expected {TestImages} and {TestLabels}", e.Message);
        Assert.EndsWith($"looked in {one}, {two}.", e.Message);
    }

    [Fact]
    public void Names_that_are_not_known_are_told_with_the_nearest()
    {
        Assert.Contains("mnist", Datasets.Names);
        foreach (var near in new[] { "mnsit", "MNIST", "minst" })
        {
            var e = Assert.Throws<UsageException>(() => Datasets.Load(near, "test"));
            Assert.Contains($"'{near}'; did you mean 'mnist'?", e.Message);
        }
        var far = Assert.Throws<UsageException>(() => Datasets.Load("imagenet-1k", "test"));
        Assert.DoesNotContain("did you mean", far.Message);
        Assert.Contains("valid: mnist", far.Message);
        Assert.Contains(
            "expected train or test",
            Assert.Throws<UsageException>(() => Datasets.Load("mnist", "validation")).Message
        );
    }
}
