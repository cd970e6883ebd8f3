using Temper.Data;
using Temper.Data.Readers;

namespace Temper.Slow.Tests;

/// <summary>Data sets that lie beside the repository and are not part of it; a test is skipped, visibly, where they are missing.</summary>
internal static class OutsideData
{
    /// <summary>Gets the folder that holds the data sets.</summary>
    public static string Folder =>
        Path.GetDirectoryName(Path.GetDirectoryName(OutsideModels.Data("cifar10", "test_batch.bin.gz")))!;

    /// <summary>The test images of a card's data set, in canonical order.</summary>
    /// <param name="dataset"><c>mnist</c>, <c>fashion</c> or <c>cifar</c>.</param>
    /// <param name="lossless">For CIFAR-10 the 483 images without losses; otherwise all 10,000, decoded from JPEG.</param>
    public static ExampleSet Load(string dataset, bool lossless) =>
        dataset switch
        {
            "mnist" => Datasets.Load("mnist", "test"),
            "fashion" => Datasets.Load("fashion-mnist", "test", Folder),
            _ when lossless => Lossless("lossless_test_subset.bin.gz", "test"),
            _ => Datasets.Load("cifar10", "test", Folder),
        };

    /// <summary>Images of CIFAR-10 as published, which are some of the set.</summary>
    public static ImageSet Lossless(string file, string split)
    {
        using var packed = File.OpenRead(OutsideModels.Data("cifar10", file));
        using var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        var (pixels, labels) = CifarReader.ReadBinary(content.ToArray(), file);
        return new(
            new("cifar10-lossless", split, 3, CifarReader.Side, CifarReader.Side, 10, "outside"),
            pixels,
            labels
        );
    }
}
