using Temper.Data;
using Temper.Data.Readers;
using Temper.Errors;
using Temper.Reports;
using Temper.Tests.Reports;

namespace Temper.Tests.Data;

public sealed class ImageFolderTests
{
    [Fact]
    public void Folders_are_classes_and_paths_decide_the_split()
    {
        using var folder = new Folder();
        foreach (var name in (string[])["cat", "ant"])
        {
            for (var i = 0; i < 40; i++)
            {
                Put(folder, $"{name}/{i}.PNG", Solid(name == "cat" ? (byte)200 : (byte)100, (byte)i));
            }
        }
        File.WriteAllText(folder.File("cat/notes.txt"), "not an image");
        File.WriteAllText(folder.File("cat/.hidden.png"), "not an image");
        var request = new DataRequest("images") { Size = 4, TestFraction = 0.25 };
        var (train, test) = Both(folder.Path, request);
        Assert.Equal(["ant", "cat"], train.Card.ClassNames);
        Assert.Equal(80, train.Count + test.Count);
        Assert.InRange(test.Count, 8, 32);
        Assert.All(
            Enumerable.Range(0, train.Count),
            i => Assert.Equal(train.Labels[i] == 1 ? 200 : 100, train.Image(i)[0])
        );
        Assert.Equal((3, 4, 4, Path.GetFileName(folder.Path)), (train.Channels, train.Height, train.Width, train.Name));
        Assert.Equal(0, Overlap.Count(test, train));

        // An image more moves none of the others.
        Put(folder, "ant/new.png", Solid(1, 2));
        var (more, moreTest) = Both(folder.Path, request);
        Assert.Equal(81, more.Count + moreTest.Count);
        Assert.InRange(Overlap.Count(more, train), train.Count, train.Count);
        Assert.Equal(test.Count, Overlap.Count(moreTest, test));
    }

    [Fact]
    public void Folders_named_train_and_test_are_the_split()
    {
        using var folder = new Folder();
        foreach (var name in (string[])["train/a", "train/b", "test/a", "test/b"])
        {
            Put(folder, $"{name}/1.png", Solid(name[^1] == 'a' ? (byte)1 : (byte)2, 7));
            Put(folder, $"{name}/deeper/2.png", Solid(name.Contains("test") ? (byte)250 : (byte)20, (byte)name[^1]));
        }
        var (train, test) = Both(folder.Path, new("images") { Size = 4, Channels = 1 });
        Assert.Equal((4, 4), (train.Count, test.Count));
        Assert.Equal([0, 0, 1, 1], test.Labels);
        // The same picture on both sides is found.
        Assert.Equal(2, Overlap.Count(test, train));
        Directory.CreateDirectory(folder.File("test/c"));
        var e = Assert.Throws<DataException>(() => ImageFolder.Read(folder.Path, "test", new("images")));
        Assert.StartsWith(folder.File("test/c"), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_file()
    {
        using var folder = new Folder();
        Refuses(folder.File("gone"), "no such folder");
        Refuses(folder.Path, "0 sub-folders");
        Directory.CreateDirectory(folder.File("a"));
        Directory.CreateDirectory(folder.File("b"));
        Refuses(folder.Path, "no image");
        for (var i = 0; i < 20; i++)
        {
            Put(folder, $"a/{i}.png", i == 3 ? [1, 2, 3] : Solid(1, 2));
            Put(folder, $"b/{i}.jpg", i == 3 ? [] : Solid(1, 2));
        }
        // The first in order, whichever thread met it.
        for (var i = 0; i < 10; i++)
        {
            Refuses(folder.File("a/3.png"), "neither", folder.Path);
        }

        static void Refuses(string file, string part, string? at = null)
        {
            var e = Assert.Throws<DataException>(() =>
                ImageFolder.Read(at ?? file, "train", new("images") { TestFraction = 0.01 })
            );
            Assert.StartsWith(file, e.Message, StringComparison.Ordinal);
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }
    }

    private static (ImageSet Train, ImageSet Test) Both(string folder, DataRequest request) =>
        (ImageFolder.Read(folder, "train", request), ImageFolder.Read(folder, "test", request));

    private static byte[] Solid(byte red, byte green)
    {
        var pixels = new byte[6 * 5 * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1]) = (red, green);
        }
        return Png.Encode(6, 5, 3, pixels);
    }

    private static void Put(Folder folder, string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        File.WriteAllBytes(folder.File(name), content);
    }
}
