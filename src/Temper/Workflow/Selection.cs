using Temper.Errors;
using Temper.Numerics;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>Which examples of a split are evaluated.</summary>
/// <param name="Rule">The rule, for the manifest.</param>
/// <param name="Indices">The canonical indices, ascending.</param>
public sealed record Selection(DataSelection Rule, IReadOnlyList<int> Indices)
{
    /// <summary>Applies <c>--limit</c> or <c>--sample</c>.</summary>
    /// <param name="total">The size of the split.</param>
    /// <param name="limit">The first so many; null for no limit.</param>
    /// <param name="sample">A seeded random subset of so many; null for none.</param>
    /// <param name="rng">The stream of the evaluation.</param>
    /// <exception cref="UsageException">Both are given, or more than there are.</exception>
    public static Selection Of(int total, int? limit, int? sample, Rng rng)
    {
        if (limit is not null && sample is not null)
        {
            throw new UsageException("--limit and --sample: give one of them (the first N, or a random N).");
        }
        var asked = limit ?? sample;
        if (asked is < 1 || asked > total)
        {
            throw new UsageException(
                $"--{(limit is null ? "sample" : "limit")}: found {asked}, expected 1 to {total}, the size of the split."
            );
        }
        if (limit is { } first)
        {
            return new(DataSelection.First(first, total), [.. Enumerable.Range(0, first)]);
        }
        return sample is { } n
            ? new(DataSelection.Sample(n, total, rng.Seed), rng.Fork("sample").Sample(n, total))
            : new(DataSelection.All(total), [.. Enumerable.Range(0, total)]);
    }
}
