using Temper.Data;
using Temper.Errors;
using Temper.Tests.Kit;
using Temper.Tests.Reports;

namespace Temper.Tests.Data;

public sealed class PackedSetTests
{
    [Fact]
    public void Images_come_back_as_they_were_under_the_name_of_the_folder()
    {
        using var folder = new Folder();
        var (train, test) = (Split(Toy.Stripes(9, 1), "train"), Split(Toy.Stripes(5, 2), "test"));
        PackedSet.Write(folder.File("mine"), train, test);
        var back = Assert.IsType<ImageSet>(Datasets.Load("mine", "test", folder.Path));
        Assert.Equal(test.Pixels, back.Pixels);
        Assert.Equal(test.Labels, back.Labels);
        Assert.Equal(("mine", "test", test.Sha256), (back.Name, back.Split, back.Sha256));
        Assert.Contains("mine", DataCatalogue.Names(folder.Path));
    }

    [Fact]
    public void Tables_come_back_as_they_were()
    {
        using var folder = new Folder();
        File.WriteAllText(folder.File("train.csv"), "age,colour,label\n20,red,no\n40,blue,yes\n30,red,no\n");
        File.WriteAllText(folder.File("test.csv"), "age,colour,label\n25,red,yes\n");
        var (to, train, test, overlap) = DataImport.Run(new("csv") { Path = folder.Path }, "mine", folder.Path);
        Assert.Equal((folder.File("mine"), 0), (to, overlap));
        var back = Assert.IsType<TableSet>(Datasets.Load("mine", "train", folder.Path));
        Assert.Equal(((TableSet)train).Columns, back.Columns);
        Assert.Equal(train.Card with { Name = "mine", ClassNames = back.Card.ClassNames }, back.Card);
        Assert.Equal(train.Card.ClassNames, back.Card.ClassNames);
        Assert.True(back.Bytes(1).SequenceEqual(train.Bytes(1)));
        Assert.Equal(1, test.Count);
    }

    [Fact]
    public void Changed_examples_are_refused()
    {
        using var folder = new Folder();
        PackedSet.Write(folder.File("mine"), Split(Toy.Stripes(9, 1), "train"), Split(Toy.Stripes(5, 2), "test"));
        var path = folder.File("mine/test.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        var e = Assert.Throws<DataException>(() => Datasets.Load("mine", "test", folder.Path));
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("images")]
    [InlineData("../up")]
    [InlineData("Upper")]
    [InlineData("")]
    public void Names_that_cannot_be_used_are_refused(string name) =>
        Assert.Contains(
            "expected lower-case",
            Assert.Throws<UsageException>(() => DataImport.Run(new("csv") { Path = "x.csv" }, name, ".")).Message
        );

    private static ImageSet Split(ImageSet set, string split) =>
        new(set.Card with { Split = split, Sha256 = ContentHash.Of(set.Pixels, set.Labels) }, set.Pixels, set.Labels);
}
