using System.IO.Compression;
using System.Security.Cryptography;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Data;

/// <summary>The data sets known by name. Each file's content is checked against its SHA-256, however it was packed.</summary>
public static class Datasets
{
    private static readonly Dataset[] Known =
    [
        new(
            "mnist",
            10,
            new(
                new(
                    "train-images-idx3-ubyte.gz",
                    47040016,
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
                ),
                new(
                    "train-labels-idx1-ubyte.gz",
                    60008,
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
                )
            ),
            new(
                new(
                    "t10k-images-idx3-ubyte.gz",
                    7840016,
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
                ),
                new(
                    "t10k-labels-idx1-ubyte.gz",
                    10008,
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
                )
            )
        ),
    ];

    /// <summary>Gets the names, as <see cref="Load"/> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(d => d.Name)];

    /// <summary>Loads a split, whole, into memory.</summary>
    /// <remarks>
    /// Looks in <paramref name="dataDir"/> and its sub-folder of the set's name where it is given; else in <c>data/NAME</c>
    /// beside the program, then of the current folder and every one above it. The first place that holds both files counts.
    /// </remarks>
    /// <param name="name">The data set's name, one of <see cref="Names"/>.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="dataDir">The folder to look in; null for the usual places.</param>
    /// <exception cref="UsageException">The name or split is unknown.</exception>
    /// <exception cref="DataException">A file is missing, damaged, or has another hash.</exception>
    public static ImageSet Load(string name, string split, string? dataDir = null) =>
        LoadFrom(name, split, known => Places(known, dataDir));

    /// <summary>Loads a split from given places, first one first; <paramref name="places"/> is asked for a known name.</summary>
    internal static ImageSet LoadFrom(string name, string split, Func<string, IEnumerable<string>> places)
    {
        var dataset =
            Known.FirstOrDefault(d => d.Name == name)
            ?? throw new UsageException($"unknown data set '{name}'{NearestName.Suggest(name, Names)}.");
        var files = split switch
        {
            "train" => dataset.Train,
            "test" => dataset.Test,
            _ => throw new UsageException(
                $"unknown split '{split}' of data set '{name}'; expected train or test (validation examples are set apart from train)."
            ),
        };
        var (imagesPath, labelsPath) = Find(dataset, files, places(dataset.Name));
        var imagesFile = Checked(imagesPath, files.Images);
        var labelsFile = Checked(labelsPath, files.Labels);
        var images = IdxReader.ReadImages(imagesFile, imagesPath);
        var labels = IdxReader.ReadLabels(labelsFile, labelsPath);
        if (images.Count != labels.Length)
        {
            throw new DataException(
                $"{labelsPath}: found {labels.Length} labels, expected {images.Count}, one per image of {imagesPath}."
            );
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(images.Pixels);
        hash.AppendData(labels);
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return new(
            new(name, split, 1, images.Rows, images.Columns, dataset.Classes, sha256),
            images.Pixels,
            [.. labels.Select(l => (int)l)]
        );
    }

    private static (string Images, string Labels) Find(Dataset dataset, SplitFiles files, IEnumerable<string> where)
    {
        var places = where.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var place in places)
        {
            var (images, labels) = (Path.Combine(place, files.Images.Name), Path.Combine(place, files.Labels.Name));
            if (File.Exists(images) && File.Exists(labels))
            {
                return (images, labels);
            }
        }
        throw new DataException(
            $"data set '{dataset.Name}': expected {files.Images.Name} and {files.Labels.Name} in one folder, found no such folder; looked in {string.Join(", ", places)}."
        );
    }

    private static IEnumerable<string> Places(string name, string? dataDir)
    {
        if (dataDir is not null)
        {
            // A folder that was named and does not hold the set is an error, not a reason to take another copy.
            yield return dataDir;
            yield return Path.Combine(dataDir, name);
            yield break;
        }
        yield return Path.Combine(AppContext.BaseDirectory, "data", name);
        for (var place = new DirectoryInfo(Directory.GetCurrentDirectory()); place is not null; place = place.Parent)
        {
            yield return Path.Combine(place.FullName, "data", name);
        }
    }

    /// <summary>The unpacked content of a file, once its hash is right.</summary>
    private static byte[] Checked(string path, DataFile expected)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}).", e);
        }
        string found;
        try
        {
            var content = Unpacked(bytes, expected.Length);
            found = Hashes.Sha256(content) + " of the unpacked content";
            if (Hashes.Sha256(content) == expected.Sha256)
            {
                return content;
            }
        }
        catch (InvalidDataException)
        {
            found = Hashes.Sha256(bytes) + " of a file that does not unpack";
        }
        throw new DataException(
            $"{path}: found SHA-256 {found}, expected {expected.Sha256} unpacked; the file is damaged or another one."
        );
    }

    /// <summary>At most one byte more than expected, so that a file cannot claim the memory.</summary>
    private static byte[] Unpacked(byte[] bytes, int expected)
    {
        if (bytes is not [0x1F, 0x8B, ..])
        {
            return bytes;
        }
        using var gzip = new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
        var content = new byte[expected + 1];
        var length = gzip.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return content[..length];
    }

    private sealed record Dataset(string Name, int Classes, SplitFiles Train, SplitFiles Test);

    private sealed record SplitFiles(DataFile Images, DataFile Labels);

    private sealed record DataFile(string Name, int Length, string Sha256);
}
