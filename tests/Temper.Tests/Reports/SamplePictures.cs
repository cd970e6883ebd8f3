using System.IO.Compression;
using Temper.Evaluation;

namespace Temper.Tests.Reports;

/// <summary>A gallery to look at.</summary>
internal static class SamplePictures
{
    /// <summary>Real digits with a made-up, blotchy change of the full budget.</summary>
    public static Gallery Digits()
    {
        var data = Path.Combine(AppContext.BaseDirectory, "data", "mnist");
        var images = Unzip(Path.Combine(data, "t10k-images-idx3-ubyte.gz"))[16..];
        var labels = Unzip(Path.Combine(data, "t10k-labels-idx1-ubyte.gz"))[8..];
        var items = new List<GalleryItem>();
        for (var k = 0; k < 10; k++)
        {
            var index = 8 + (k * 13);
            var clean = new float[784];
            var adversarial = new float[784];
            for (var i = 0; i < 784; i++)
            {
                clean[i] = images[(index * 784) + i] / 255f;
                var (y, x) = (i / 28, i % 28);
                var wave = Math.Sin((x * 0.61) + k) + Math.Cos((y * 0.53) - (k * 1.7)) + Math.Sin((x + y) * 0.9);
                adversarial[i] = Math.Clamp(
                    clean[i]
                        + (
                            wave > 0.2 ? 0.3f
                            : wave < -0.9 ? -0.3f
                            : 0
                        ),
                    0,
                    1
                );
            }
            items.Add(
                new(
                    index,
                    labels[index],
                    labels[index],
                    (labels[index] + 1 + (k % 8)) % 10,
                    k % 3 == 0 ? "fgsm" : "pgd",
                    0.3,
                    clean,
                    adversarial
                )
                {
                    Kind =
                        k < 6 ? GalleryKind.Broken
                        : k < 8 ? GalleryKind.Smallest
                        : GalleryKind.Survivor,
                    Budget = k is 6 or 7 ? 0.075 : null,
                }
            );
        }
        return new Gallery(1, 28, 28, items);
    }

    private static byte[] Unzip(string path)
    {
        using var source = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var target = new MemoryStream();
        source.CopyTo(target);
        return target.ToArray();
    }
}
