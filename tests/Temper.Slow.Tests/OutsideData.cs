using System.IO.Compression;
using Temper.Data;

namespace Temper.Slow.Tests;

/// <summary>Test images for the pretrained networks.</summary>
internal static class OutsideData
{
    private const int CifarSide = 32;
    private const int CifarPixels = 3 * CifarSide * CifarSide;

    /// <summary>The test images of a card's data set, in canonical order.</summary>
    /// <param name="dataset"><c>mnist</c>, <c>fashion</c> or <c>cifar</c>.</param>
    /// <param name="lossless">For CIFAR-10 the 483 images without losses; otherwise all 10,000, decoded from JPEG.</param>
    public static ExampleSet Load(string dataset, bool lossless) =>
        dataset switch
        {
            "mnist" => Datasets.Load("mnist", "test"),
            "fashion" => Fashion(),
            _ => Cifar(lossless ? "lossless_test_subset.bin.gz" : "test_batch.bin.gz"),
        };

    private static ImageSet Fashion()
    {
        var (images, labels) = (
            Unpacked("fashion-mnist", "t10k-images-idx3-ubyte.gz"),
            Unpacked("fashion-mnist", "t10k-labels-idx1-ubyte.gz")
        );
        var pixels = IdxReader.ReadImages(images, "fashion images");
        return new(
            new("fashion", "test", 1, pixels.Rows, pixels.Columns, 10, "outside"),
            pixels.Pixels,
            [.. IdxReader.ReadLabels(labels, "fashion labels").Select(l => (int)l)]
        );
    }

    /// <summary>Records of one byte for the label and the planes red, green, blue.</summary>
    private static ImageSet Cifar(string file)
    {
        var bytes = Unpacked("cifar10", file);
        var count = bytes.Length / (CifarPixels + 1);
        var (pixels, labels) = (new byte[count * CifarPixels], new int[count]);
        for (var i = 0; i < count; i++)
        {
            var record = bytes.AsSpan(i * (CifarPixels + 1), CifarPixels + 1);
            labels[i] = record[0];
            record[1..].CopyTo(pixels.AsSpan(i * CifarPixels));
        }
        return new(new("cifar", "test", 3, CifarSide, CifarSide, 10, "outside"), pixels, labels);
    }

    private static byte[] Unpacked(string set, string file)
    {
        using var gzip = new GZipStream(File.OpenRead(OutsideModels.Data(set, file)), CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }
}
