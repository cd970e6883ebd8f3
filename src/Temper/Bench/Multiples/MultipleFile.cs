using Temper.Runs;
using Temper.Serialization;

namespace Temper.Bench.Multiples;

/// <summary>The measurements of <c>temper bench methods</c>.</summary>
internal sealed record MultipleFile
{
    /// <summary>Gets the schema version of the file.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Gets what kind of file it is.</summary>
    public string Kind { get; init; } = "bench-methods";

    /// <summary>Gets when the measuring began, UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets the threads of the numeric library.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the paired runs of each method.</summary>
    public required int Runs { get; init; }

    /// <summary>Gets where it was measured.</summary>
    public required ManifestEnvironment Environment { get; init; }

    /// <summary>Gets the network.</summary>
    public required string Network { get; init; }

    /// <summary>Gets the examples of a step.</summary>
    public required int Batch { get; init; }

    /// <summary>Gets the passes by themselves; null until they are measured.</summary>
    public PassTimes? Passes { get; init; }

    /// <summary>Gets the rows measured so far.</summary>
    public IReadOnlyList<MultipleRow> Rows { get; init; } = [];

    /// <summary>Writes the file, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="Errors.RunFailedException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, JsonText.Write(this));
}
