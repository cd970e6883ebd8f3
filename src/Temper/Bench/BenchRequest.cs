using Temper.Errors;

namespace Temper.Bench;

/// <summary>What <c>temper bench</c> is asked for.</summary>
internal sealed record BenchRequest
{
    private const int MostRuns = 1000;
    private const int MostBatch = 4096;

    /// <summary>Gets the networks; null for all.</summary>
    public IReadOnlyList<string>? Networks { get; init; }

    /// <summary>Gets the methods; null for all.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Gets the batch size; null for each network's own.</summary>
    public int? Batch { get; init; }

    /// <summary>Gets the paired runs of each row.</summary>
    public int Runs { get; init; } = 7;

    /// <summary>Gets whether growth is measured too.</summary>
    public bool Growth { get; init; }

    /// <summary>Gets the file to write; null for none.</summary>
    public string? Out { get; init; }

    /// <summary>Gets an earlier file to compare with; null for none.</summary>
    public string? Against { get; init; }

    /// <summary>Gets the threads of the numeric library.</summary>
    public int Threads { get; init; }

    /// <summary>The rows to measure.</summary>
    /// <exception cref="UsageException">A name is unknown, or a number out of range.</exception>
    public IReadOnlyList<BenchCase> Cases()
    {
        if (Runs is < 1 or > MostRuns)
        {
            throw new UsageException($"--runs: found {Runs}, expected 1 to {MostRuns}.");
        }
        if (Batch is < 1 or > MostBatch)
        {
            throw new UsageException($"--batch: found {Batch}, expected 1 to {MostBatch}.");
        }
        return BenchCase.Of(Networks, Methods, Batch);
    }
}
