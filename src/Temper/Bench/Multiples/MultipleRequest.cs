using Temper.Errors;
using Temper.Runs;
using Temper.Training;

namespace Temper.Bench.Multiples;

/// <summary>What <c>temper bench methods</c> is asked for.</summary>
internal sealed record MultipleRequest
{
    private const int MostRuns = 1000;
    private const int MostBatch = 4096;

    /// <summary>Gets the training methods; null for all.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Gets the examples of a step.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Gets the paired runs of each method.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Gets the file to write; null for none.</summary>
    public string? Out { get; init; }

    /// <summary>Gets the threads of the numeric library.</summary>
    public int Threads { get; init; }

    /// <summary>The methods to measure.</summary>
    /// <exception cref="UsageException">A name is unknown, or a number out of range.</exception>
    public IReadOnlyList<ComponentInfo> Infos()
    {
        if (Runs is < 1 or > MostRuns)
        {
            throw new UsageException($"--runs: found {Runs}, expected 1 to {MostRuns}.");
        }
        if (Batch is < 1 or > MostBatch)
        {
            throw new UsageException($"--batch: found {Batch}, expected 1 to {MostBatch}.");
        }
        return Methods is null
            ? Catalogue.Of<Objective>()
            : [.. Methods.Distinct().Select(id => Catalogue.Find<Objective>(id, "method"))];
    }
}
