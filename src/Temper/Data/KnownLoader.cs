using Temper.Data.Readers;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Data;

/// <summary>Finds the files of a known set, checks them against their hashes and reads them.</summary>
internal static class KnownLoader
{
    public static ImageSet Load(KnownDataset dataset, string split, IEnumerable<string> where)
    {
        string[] places = [.. where];
        var ways = split == "train" ? dataset.Train : dataset.Test;
        var (way, contents, paths) = Find(dataset, ways, places);
        var (pixels, labels) = way.Read(contents, paths);
        var (channels, height, width) = dataset.Shape;
        return new(
            new(dataset.Name, split, channels, height, width, dataset.ClassNames.Count, ContentHash.Of(pixels, labels))
            {
                ClassNames = dataset.ClassNames,
                Variant = way.Variant,
            },
            pixels,
            labels
        );
    }

    /// <summary>The first place that holds all files of a way, and among ways that share their names the one whose hashes match.</summary>
    private static (KnownSplit Way, byte[][] Contents, string[] Paths) Find(
        KnownDataset dataset,
        IReadOnlyList<KnownSplit> ways,
        string[] places
    )
    {
        foreach (var place in places)
        {
            foreach (var way in ways)
            {
                if (Paths(place, way) is not { } paths)
                {
                    continue;
                }
                KnownSplit[] alike =
                [
                    .. ways.Where(w => w.Files.Select(f => f.Name).SequenceEqual(way.Files.Select(f => f.Name))),
                ];
                var contents = new byte[paths.Length][];
                var hashes = new string[paths.Length];
                Parallel.For(
                    0,
                    paths.Length,
                    i =>
                    {
                        contents[i] = Content(paths[i], way.Files[i].Length);
                        hashes[i] = Hashes.Sha256(contents[i]);
                    }
                );
                return (
                    alike.FirstOrDefault(w => w.Files.Select(f => f.Sha256).SequenceEqual(hashes))
                        ?? throw Wrong(alike, paths, hashes),
                    contents,
                    paths
                );
            }
        }
        var names = string.Join(
            ", or ",
            ways.Select(w => string.Join(" and ", w.Files.Select(f => f.Name + "[.gz]"))).Distinct()
        );
        throw new DataException(
            $"data set '{dataset.Name}': expected {names} in one folder, found no such folder; looked in {string.Join(", ", places)}. 'temper data get {dataset.Name}' fetches it."
        );
    }

    private static string[]? Paths(string place, KnownSplit way)
    {
        string[] paths = [.. way.Files.Select(file => Existing(place, file.Name)).OfType<string>()];
        return paths.Length == way.Files.Count ? paths : null;
    }

    /// <summary>A file as it is, gzipped, or in the folder of the published archive.</summary>
    private static string? Existing(string place, string name) =>
        ((string[])["", "cifar-10-batches-bin"])
            .SelectMany(below => (string[])[Path.Combine(place, below, name), Path.Combine(place, below, name + ".gz")])
            .FirstOrDefault(File.Exists);

    /// <summary>The unpacked content; a file that does not unpack stays as it is, and so has the wrong hash.</summary>
    private static byte[] Content(string path, int length)
    {
        var bytes = FileBytes.Read(path);
        try
        {
            return FileBytes.Unpacked(bytes, length);
        }
        catch (InvalidDataException)
        {
            return bytes;
        }
    }

    private static DataException Wrong(KnownSplit[] ways, string[] paths, string[] hashes)
    {
        var bad = Array.FindIndex(hashes, h => !ways.Any(w => w.Files.Any(f => f.Sha256 == h)));
        bad = Math.Max(bad, 0);
        var expected = string.Join(" or ", ways.Select(w => w.Files[bad].Sha256));
        return new DataException(
            $"{paths[bad]}: found SHA-256 {hashes[bad]} of the unpacked content, expected {expected}; the file is damaged or another one."
        );
    }
}
