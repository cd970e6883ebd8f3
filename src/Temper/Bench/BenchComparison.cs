namespace Temper.Bench;

/// <summary>A file beside an earlier one.</summary>
/// <param name="Path">The earlier file.</param>
/// <param name="Warnings">In what the two did not measure alike.</param>
/// <param name="Rows">The rows of the later file.</param>
internal sealed record BenchComparison(string Path, IReadOnlyList<string> Warnings, IReadOnlyList<ComparedRow> Rows)
{
    private const double Tolerated = 0.9;

    /// <summary>Compares.</summary>
    /// <param name="path">The earlier file's name.</param>
    /// <param name="before">The earlier file.</param>
    /// <param name="now">The later file.</param>
    public static BenchComparison Of(string path, BenchFile before, BenchFile now) =>
        new(
            path,
            [.. Differences(before, now)],
            [
                .. now.Rows.Select(row =>
                {
                    var earlier = before.Rows.FirstOrDefault(row.IsLike)?.Ratio;
                    var fell = row.Ratio < earlier * Tolerated;
                    return new ComparedRow(row.Network, row.Method, row.Batch, row.Steps, row.Ratio, fell, earlier);
                }),
            ]
        );

    private static IEnumerable<string> Differences(BenchFile before, BenchFile now)
    {
        if (before.Environment.Cpu != now.Environment.Cpu || before.Environment.Cores != now.Environment.Cores)
        {
            yield return $"another machine: before {Machine(before)}, now {Machine(now)}; ratios may differ for that alone.";
        }
        if (before.Threads != now.Threads)
        {
            yield return $"another number of threads: before {before.Threads}, now {now.Threads}.";
        }
        if (before.Environment.Libtorch != now.Environment.Libtorch)
        {
            yield return $"another libtorch: before {before.Environment.Libtorch}, now {now.Environment.Libtorch}.";
        }
    }

    private static string Machine(BenchFile file) => $"{file.Environment.Cpu}, {file.Environment.Cores} cores";
}
