using System.IO.Compression;
using Temper.Data;
using Temper.Errors;
using Temper.Serialization;
using Temper.Tests.Reports;

namespace Temper.Tests.Data;

/// <summary>Sets that come in several files and variants, with small stand-ins for the real ones.</summary>
public sealed class KnownSetTests
{
    private const int Record = 3073;

    [Fact]
    public void Files_are_joined_in_order_packed_or_not_in_the_folder_of_the_archive_or_beside_it()
    {
        using var folder = new Folder();
        var (one, two) = (Records(1, 2), Records(3));
        Directory.CreateDirectory(folder.File("cifar-10-batches-bin"));
        File.WriteAllBytes(folder.File("cifar-10-batches-bin/a.bin"), one);
        using (var gzip = new GZipStream(File.Create(folder.File("b.bin.gz")), CompressionMode.Compress))
        {
            gzip.Write(two);
        }
        var set = KnownLoader.Load(Set([Way(null, ("a.bin", one), ("b.bin", two))]), "train", [folder.Path]);
        Assert.Equal([1, 2, 3], set.Labels);
        Assert.Equal((1, 2, 3), (set.Image(0)[0], set.Image(1)[5], set.Image(2)[3071]));
        Assert.Null(set.Card.Variant);
    }

    [Fact]
    public void Of_variants_that_share_a_name_the_hash_tells_which_it_is()
    {
        using var folder = new Folder();
        var (published, decoded) = (Records(1), Records(2));
        var set = Set([Way(null, ("a.bin", published)), Way("JPEG-decoded", ("a.bin", decoded))]);
        File.WriteAllBytes(folder.File("a.bin"), decoded);
        Assert.Equal("JPEG-decoded", KnownLoader.Load(set, "train", [folder.Path]).Card.Variant);
        File.WriteAllBytes(folder.File("a.bin"), published);
        Assert.Null(KnownLoader.Load(set, "train", [folder.Path]).Card.Variant);
        File.WriteAllBytes(folder.File("a.bin"), Records(4));
        var e = Assert.Throws<DataException>(() => KnownLoader.Load(set, "train", [folder.Path]));
        Assert.Contains($"{Hashes.Sha256(published)} or {Hashes.Sha256(decoded)}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_are_the_folder_given_or_the_usual_ones()
    {
        Assert.Equal(["there/mnist", "there"], DataPlaces.For("mnist", "there"));
        var usual = DataPlaces.For("mnist", null).ToList();
        Assert.Contains(Path.Combine(AppContext.BaseDirectory, "data", "mnist"), usual);
        Assert.Equal(Path.Combine(DataPlaces.Own, "mnist"), usual[^1]);
    }

    private static KnownDataset Set(KnownSplit[] train) =>
        new("t", "T", (3, 32, 32), [.. "0123456789".Select(c => $"{c}")], train, [], [], "");

    private static KnownSplit Way(string? variant, params (string Name, byte[] Content)[] files) =>
        KnownDatasets.Binary(
            [.. files.Select(f => new KnownFile(f.Name, f.Content.Length, Hashes.Sha256(f.Content)))],
            variant
        );

    /// <summary>Images whose label is their grey.</summary>
    private static byte[] Records(params byte[] labels)
    {
        var bytes = new byte[labels.Length * Record];
        for (var i = 0; i < labels.Length; i++)
        {
            bytes.AsSpan(i * Record, Record).Fill(labels[i]);
        }
        return bytes;
    }
}
