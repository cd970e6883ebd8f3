using System.Security.Cryptography;
using Temper.Errors;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Data;

/// <summary>The data sets known by name. Each file is checked against its SHA-256 before it is read.</summary>
public static class Datasets
{
    private static readonly Dataset[] Known =
    [
        new(
            "mnist",
            10,
            new(
                new("train-images-idx3-ubyte.gz", "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971"),
                new("train-labels-idx1-ubyte.gz", "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203")
            ),
            new(
                new("t10k-images-idx3-ubyte.gz", "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be"),
                new("t10k-labels-idx1-ubyte.gz", "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b")
            )
        ),
    ];

    /// <summary>Gets the names, as <see cref="Load"/> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(d => d.Name)];

    /// <summary>Loads a split, whole, into memory.</summary>
    /// <remarks>
    /// Looks in <paramref name="dataDir"/> and its sub-folder of the set's name, then in <c>data/NAME</c> beside the
    /// program, then in <c>data/NAME</c> of the current folder and every one above it. The first place that holds both
    /// files counts; since both have one right hash, it does not matter which place that is.
    /// </remarks>
    /// <param name="name">The data set's name, one of <see cref="Names"/>.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="dataDir">Where to look first; null for the usual places alone.</param>
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
        var imagesFile = Checked(imagesPath, files.Images.Sha256);
        var labelsFile = Checked(labelsPath, files.Labels.Sha256);
        var images = IdxReader.ReadImages(imagesFile, imagesPath);
        var labels = IdxReader.ReadLabels(labelsFile, labelsPath);
        if (images.Count != labels.Length)
        {
            throw new DataException(
                $"{labelsPath}: found {labels.Length} labels, expected {images.Count}, one per image of {imagesPath}."
            );
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(imagesFile);
        hash.AppendData(labelsFile);
        return new(
            name,
            split,
            images.Pixels,
            labels,
            1,
            images.Rows,
            images.Columns,
            dataset.Classes,
            Convert.ToHexStringLower(hash.GetHashAndReset())
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
            yield return dataDir;
            yield return Path.Combine(dataDir, name);
        }
        yield return Path.Combine(AppContext.BaseDirectory, "data", name);
        for (var place = new DirectoryInfo(Directory.GetCurrentDirectory()); place is not null; place = place.Parent)
        {
            yield return Path.Combine(place.FullName, "data", name);
        }
    }

    private static byte[] Checked(string path, string expected)
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
        var found = Hashes.Sha256(bytes);
        return found == expected
            ? bytes
            : throw new DataException(
                $"{path}: found SHA-256 {found}, expected {expected}; the file is damaged, another one, or packed otherwise than the one that comes with the program."
            );
    }

    private sealed record Dataset(string Name, int Classes, SplitFiles Train, SplitFiles Test);

    private sealed record SplitFiles(DataFile Images, DataFile Labels);

    private sealed record DataFile(string Name, string Sha256);
}
