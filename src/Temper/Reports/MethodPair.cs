using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Pairing;

namespace Temper.Reports;

/// <summary>Two training methods, each trained with the same seeds.</summary>
/// <param name="First">The recipe's name of the first.</param>
/// <param name="Second">The recipe's name of the second.</param>
/// <param name="Seeds">The seeds that both have, ascending.</param>
/// <param name="Clean">Differences of clean accuracy.</param>
/// <param name="Worst">Differences of the worst case.</param>
internal sealed record MethodPair(
    string First,
    string Second,
    IReadOnlyList<ulong> Seeds,
    SeedDifference Clean,
    SeedDifference Worst
)
{
    /// <summary>What of a recipe does not make another method.</summary>
    private static readonly string[] Beside = ["seed", "name", "expected", "evaluation", "attacks"];

    /// <summary>The first method against each other one that shares enough seeds with it; none where the runs measured different things.</summary>
    public static IReadOnlyList<MethodPair> Of(Comparison comparison)
    {
        if (!comparison.Comparable)
        {
            return [];
        }
        var methods = comparison
            .Runs.Where(run => run.Report.Evidence.Manifest.Training is not null)
            .GroupBy(run => Method(run.Report.Evidence.Manifest.Training!.Config), StringComparer.Ordinal)
            // A seed trained twice is one training measured twice.
            .Select(g => g.GroupBy(Seed).ToDictionary(s => s.Key, s => s.First()))
            .ToList();
        return [.. methods.Skip(1).Select(other => Of(methods[0], other)).OfType<MethodPair>()];
    }

    /// <summary>The difference in words, for clean inputs and for the worst case.</summary>
    public IEnumerable<string> Words() => [Sentence("clean accuracy", Clean), Sentence("the worst case", Worst)];

    private string Sentence(string what, SeedDifference difference)
    {
        var (low, high) = (difference.Mean - difference.HalfWidth, difference.Mean + difference.HalfWidth);
        return $"{First} minus {Second} in {what}, over {Seeds.Count} seeds: {Points(difference.Mean)} points on average, 95\u00A0% interval {Points(low)} to {Points(high)} (Student's t, paired by seed).";
    }

    private static string Points(double share) => Figures.Number(100 * share, "+0.00;−0.00;0.00");

    private static MethodPair? Of(Dictionary<ulong, ComparedRun> one, Dictionary<ulong, ComparedRun> two)
    {
        ulong[] seeds = [.. one.Keys.Intersect(two.Keys).Order()];
        return seeds.Length < SeedDifference.Fewest
            ? null
            : new(
                Name(one),
                Name(two),
                seeds,
                Difference(e => e.CleanCorrect / (double)e.N),
                Difference(e => e.Standing / (double)e.Eligible)
            );

        SeedDifference Difference(Func<Evidence, double> rate) =>
            new([.. seeds.Select(s => rate(one[s].Report.Evidence) - rate(two[s].Report.Evidence))]);
    }

    private static string Name(Dictionary<ulong, ComparedRun> runs) =>
        runs.Values.First().Report.Evidence.Manifest.Training!.Recipe;

    private static ulong Seed(ComparedRun run) => run.Report.Evidence.Manifest.Seed;

    private static string Method(JsonObject config) =>
        new JsonObject(
            config
                .Where(entry => !Beside.Contains(entry.Key))
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))
        ).ToJsonString();
}
