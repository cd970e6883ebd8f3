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
        "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b"
    )]
    [InlineData(
        "test",
        10_000,
        "7,2,1,0,4,1,4,9,5,9",
        "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b"
    )]
    public void Mnist_is_there_and_is_mnist(string split, int count, string firstLabels, string sha256)
    {
        var set = Assert.IsType<ImageSet>(Datasets.Load("mnist", split));
        Assert.Equal(("mnist", split, count), (set.Name, set.Split, set.Count));
        Assert.Equal((1, 28, 28, 10, 784), (set.Channels, set.Height, set.Width, set.Classes, set.ValuesPerExample));
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
    public void A_folder_given_is_the_only_one_looked_in_with_the_one_below_it()
    {
        foreach (var below in new[] { "", "mnist" })
        {
            using var folder = new Folder();
            Directory.CreateDirectory(folder.File(below));
            var images = Path.Combine(folder.Path, below, TestImages);
            File.Copy(Path.Combine(Shipped, TestImages), images);
            // One file alone is no data set, and the shipped one does not silently stand in.
            Assert.Throws<DataException>(() => Datasets.Load("mnist", "test", folder.Path));

            var labels = Path.Combine(folder.Path, below, TestLabels);
            File.WriteAllBytes(labels, [1, 2, 3]);
            var e = Assert.Throws<DataException>(() => Datasets.Load("mnist", "test", folder.Path));
            Assert.StartsWith(
                $"{labels}: found SHA-256 039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
                e.Message
            );
            Assert.Contains("expected ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", e.Message);
        }
    }

    [Fact]
    public void Missing_data_tells_where_was_looked()
    {
        using var folder = new Folder();
        var (one, two) = (folder.File("one"), folder.File("two"));
        var e = Assert.Throws<DataException>(() => Datasets.LoadFrom(new("mnist"), "test", null, _ => [one, two]));
        Assert.Contains("'mnist': expected t10k-images-idx3-ubyte[.gz] and t10k-labels-idx1-ubyte[.gz]", e.Message);
        Assert.Contains($"looked in {one}, {two}. 'temper data get mnist'", e.Message);
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
