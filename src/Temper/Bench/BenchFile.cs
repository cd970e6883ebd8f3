using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Bench;

/// <summary>The measurements of <c>temper bench</c>.</summary>
internal sealed record BenchFile
{
    /// <summary>The schema version this library writes and reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The <see cref="Kind"/> of such files.</summary>
    public const string Bench = "bench";

    /// <summary>Gets the schema version of the file.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Gets what kind of file it is.</summary>
    public string Kind { get; init; } = Bench;

    /// <summary>Gets when the measuring began, UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets the threads of the numeric library.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the paired runs of each row.</summary>
    public required int Runs { get; init; }

    /// <summary>Gets where it was measured.</summary>
    public required ManifestEnvironment Environment { get; init; }

    /// <summary>Gets the machine's matrix product.</summary>
    public required PeakRow Peak { get; init; }

    /// <summary>Gets the rows measured so far.</summary>
    public IReadOnlyList<BenchRow> Rows { get; init; } = [];

    /// <summary>Gets the operators of each network and batch size.</summary>
    public IReadOnlyList<LayerRow> Layers { get; init; } = [];

    /// <summary>Gets how the time grows; null where that was not asked for.</summary>
    public IReadOnlyList<GrowthSeries>? Growth { get; init; }

    /// <summary>Gets the rows beside those of an earlier file; null where none was named.</summary>
    public BenchComparison? Comparison { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It is missing, or is not what <c>temper bench</c> writes in this version.</exception>
    public static BenchFile Read(string path)
    {
        var text = TextFile.Read(path);
        // Asked first: another version would be refused for some key that means nothing to the reader.
        var head = JsonText.Parse<JsonObject>(text, path);
        if (head["kind"]?.ToString() is var kind && kind != Bench)
        {
            throw new DataException(
                $"{path}: kind: found '{Excerpt.Clean(kind ?? "nothing")}', expected '{Bench}': a file that temper bench wrote."
            );
        }
        if (head["schema"]?.ToString() is var schema && schema != $"{CurrentSchema}")
        {
            throw new DataException(
                $"{path}: schema: found {Excerpt.Clean(schema ?? "nothing")}, expected {CurrentSchema}; another version of this tool wrote it."
            );
        }
        var file = JsonText.Parse<BenchFile>(text, path);
        return file.Rows.FirstOrDefault(row => row.Ratio <= 0) is { } wrong
            ? throw new DataException(
                $"{path}: rows: {wrong.Network}, {wrong.Method} has a ratio of {wrong.Ratio}, expected a number above 0."
            )
            : file;
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="RunFailedException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, JsonText.Write(this));
}
