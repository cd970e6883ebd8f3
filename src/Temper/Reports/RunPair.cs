using Temper.Evaluation.Pairing;

namespace Temper.Reports;

/// <summary>Two runs of a comparison that measured the same, on the same examples.</summary>
/// <param name="First">The first.</param>
/// <param name="Second">The second.</param>
/// <param name="Clean">Right without an attack.</param>
/// <param name="Worst">Broken by nothing.</param>
internal sealed record RunPair(ComparedRun First, ComparedRun Second, PairedCounts Clean, PairedCounts Worst)
{
    /// <summary>The first run against each other one that measured the same.</summary>
    public static IReadOnlyList<RunPair> Of(IReadOnlyList<ComparedRun> runs) =>
        [
            .. runs.Skip(1)
                .Where(run =>
                    Comparability.Differences(runs[0].Report.Evidence.Manifest, run.Report.Evidence.Manifest).Count == 0
                )
                .Select(run => Of(runs[0], run)),
        ];

    /// <summary>The test in words, for clean inputs and for the worst case.</summary>
    public IEnumerable<string> Words() => [Sentence("without an attack", Clean), Sentence("in the worst case", Worst)];

    private string Sentence(string where, PairedCounts counts) =>
        $"{First.Name} and {Second.Name} {where}: {First.Name} alone is right on {Figures.Count(counts.FirstOnly)}, {Second.Name} alone on {Figures.Count(counts.SecondOnly)} of {Figures.Count(counts.N)} (exact McNemar, p {Probability(counts.P)}).";

    /// <summary>A p-value as sentences write it.</summary>
    internal static string Probability(double p) => p < 1e-12 ? "< 1e−12" : "= " + Figures.Small(p);

    private static RunPair Of(ComparedRun first, ComparedRun second)
    {
        var (one, two) = (first.Report.Evidence, second.Report.Evidence);
        // Runs that measured the same hold the same examples, though a folder's rows may stand in another order.
        var others = two.Ledger.ToDictionary(r => r.Index);
        return new(
            first,
            second,
            PairedCounts.Of(one.Ledger.Select(r => (IsRight(r), IsRight(others[r.Index])))),
            PairedCounts.Of(
                one.Ledger.Where(r => !one.Goal.Spares(r.Label))
                    .Select(r => (r.BrokenBy is null, others[r.Index].BrokenBy is null))
            )
        );
    }

    private static bool IsRight(Evaluation.LedgerRow row) => row.CleanPrediction == row.Label;
}
