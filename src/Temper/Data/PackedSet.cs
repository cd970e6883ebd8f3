using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Data;

/// <summary>A data set of the user's own, imported once: <c>train.safetensors</c> and <c>test.safetensors</c> in a folder of its name.</summary>
/// <remarks>
/// Tensors <c>values</c> — uint8 (N, C, H, W) for images, float32 (N, 1, 1, D) for tables — and <c>labels</c>, int32 (N); what is known
/// besides stands in the file's metadata, keys <c>temper.*</c>. The hash of the examples is checked when they are loaded.
/// </remarks>
public static class PackedSet
{
    private const string Kind = "temper-data/1";

    /// <summary>Writes both splits; an existing set of that name is replaced file by file.</summary>
    /// <param name="folder">The folder; it is made.</param>
    /// <param name="train">The training split.</param>
    /// <param name="test">The test split.</param>
    /// <exception cref="RunFailedException">The files cannot be written.</exception>
    public static void Write(string folder, ExampleSet train, ExampleSet test)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFailedException($"{folder}: cannot be made ({e.Message}).", e);
        }
        foreach (var set in (ExampleSet[])[train, test])
        {
            Pack(set).Write(FileOf(folder, set.Split));
        }
    }

    /// <summary>The first folder that holds an imported set; null for none.</summary>
    internal static string? Find(IEnumerable<string> places) =>
        places.FirstOrDefault(p => File.Exists(FileOf(p, "train")) && File.Exists(FileOf(p, "test")));

    /// <summary>Loads a split.</summary>
    internal static ExampleSet Load(string folder, string split)
    {
        var path = FileOf(folder, split);
        var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault("temper.kind") != Kind)
        {
            throw new DataException($"{path}: not an imported data set; its metadata does not say {Kind}.");
        }
        var values = Entry(file, "values", path);
        var labels = MemoryMarshal.Cast<byte, int>(Entry(file, "labels", path).Data.Span).ToArray();
        if (values.Shape is not [_, var channels, var height, var width] || channels * height * width > int.MaxValue)
        {
            throw new DataException(
                $"{path}: 'values' has shape ({string.Join(", ", values.Shape)}), expected (N, C, H, W)."
            );
        }
        var card = Card(file.Metadata, folder, split, path, ((int)channels, (int)height, (int)width));
        if (ContentHash.Of(values.Data.Span, labels) != card.Sha256)
        {
            throw new DataException($"{path}: the examples are not those that were imported; import the set again.");
        }
        return values.DType switch
        {
            "U8" => new ImageSet(card, values.Data.ToArray(), labels),
            "F32" => new TableSet(
                card,
                MemoryMarshal.Cast<byte, float>(values.Data.Span).ToArray(),
                labels,
                List(file.Metadata, "columns", path)
            ),
            _ => throw new DataException($"{path}: 'values' is of type {values.DType}, expected U8 or F32."),
        };
    }

    private static SafetensorsFile Pack(ExampleSet set)
    {
        var table = set as TableSet;
        var values = new byte[set.Count * (long)set.Bytes(0).Length];
        for (var i = 0; i < set.Count; i++)
        {
            set.Bytes(i).CopyTo(values.AsSpan(i * set.Bytes(i).Length));
        }
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["temper.kind"] = Kind,
            ["temper.classes"] = set.Classes.ToString(CultureInfo.InvariantCulture),
            ["temper.class-names"] = JsonSerializer.Serialize(set.Card.ClassNames),
            ["temper.columns"] = JsonSerializer.Serialize(table?.Columns ?? []),
            ["temper.noun"] = set.Card.Noun,
            ["temper.one-hot"] = set.Card.OneHot.ToString(CultureInfo.InvariantCulture),
            ["temper.rule"] = set.Card.Rule ?? "",
            ["temper.sha256"] = set.Sha256,
        };
        return new(
            [
                new("values", table is null ? "U8" : "F32", [set.Count, set.Channels, set.Height, set.Width], values),
                new("labels", "I32", [set.Count], MemoryMarshal.AsBytes(set.Labels.AsSpan()).ToArray()),
            ],
            metadata
        );
    }

    private static DataCard Card(
        IReadOnlyDictionary<string, string> metadata,
        string folder,
        string split,
        string path,
        (int Channels, int Height, int Width) shape
    ) =>
        new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            split,
            shape.Channels,
            shape.Height,
            shape.Width,
            Number(metadata, "classes", path),
            metadata.GetValueOrDefault("temper.sha256") ?? ""
        )
        {
            ClassNames = List(metadata, "class-names", path),
            Noun = metadata.GetValueOrDefault("temper.noun") ?? "images",
            OneHot = Number(metadata, "one-hot", path),
            Rule = metadata.GetValueOrDefault("temper.rule") is { Length: > 0 } rule ? rule : null,
        };

    private static int Number(IReadOnlyDictionary<string, string> metadata, string key, string path) =>
        int.TryParse(metadata.GetValueOrDefault("temper." + key), CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new DataException($"{path}: temper.{key} is missing or not a number.");

    private static string[] List(IReadOnlyDictionary<string, string> metadata, string key, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(metadata.GetValueOrDefault("temper." + key) ?? "") ?? [];
        }
        catch (JsonException e)
        {
            throw new DataException($"{path}: temper.{key} is missing or not a list of texts.", e);
        }
    }

    private static SafetensorsEntry Entry(SafetensorsFile file, string name, string path) =>
        file.Entries.FirstOrDefault(e => e.Name == name)
        ?? throw new DataException($"{path}: there is no tensor '{name}'.");

    private static string FileOf(string folder, string split) => Path.Combine(folder, split + ".safetensors");
}
