using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>The one table of a comparison, as text: for the console and for the page.</summary>
internal static class ComparisonTable
{
    private const string Lower = "Certified, at least";

    private static readonly IReadOnlyList<(string Name, bool Figures)> All =
    [
        ("Threat", false),
        ("Data", false),
        ("Attacks", false),
        ("Clean", true),
        (Lower, true),
        ("Worst case, at most", true),
        ("Upper limit", true),
        ("Training", true),
        ("Passes, standard = 1", true),
        ("Claim", false),
    ];

    /// <summary>The columns, and whether they hold figures; that of certificates where a run has some.</summary>
    public static IReadOnlyList<(string Name, bool Figures)> Columns(Comparison comparison) =>
        comparison.Runs.Any(run => run.Report.Evidence.Bracket is { Card.Problem: null })
            ? All
            : [.. All.Where(column => column.Name != Lower)];

    /// <summary>The cells of a run, one per column of its comparison.</summary>
    public static IReadOnlyList<string> Cells(Comparison comparison, ComparedRun run)
    {
        var shown = Columns(comparison);
        return [.. All.Zip(Every(run)).Where(pair => shown.Contains(pair.First)).Select(pair => pair.Second)];
    }

    private static IReadOnlyList<string> Every(ComparedRun run)
    {
        var evidence = run.Report.Evidence;
        var manifest = evidence.Manifest;
        var training = manifest.Training;
        var standard = training is null ? 0 : training.StandardPasses.Forwards + training.StandardPasses.Backwards;
        return
        [
            manifest.Threat.Text,
            $"{manifest.Data.Name} {manifest.Data.Split}, {manifest.Data.Selection}",
            manifest.Attacks.Count == 0 ? "none" : string.Join(", ", manifest.Attacks.Select(a => a.Name)),
            Figures.Percent(evidence.CleanCorrect / (double)evidence.N),
            evidence.Bracket switch
            {
                null => "none",
                { Card.Problem: null } bracket => Figures.Tie(Words.PercentDown(bracket.Certified, bracket.N)),
                _ => "unknown",
            },
            Figures.PercentUp(evidence.Standing, evidence.Eligible),
            evidence.Upper is { } upper ? Figures.PercentUp(upper) : "none",
            training is null ? "not known" : Figures.Duration(training.Seconds),
            standard <= 0
                ? "not known"
                : Figures.Number((training!.Forwards + training.Backwards) / (double)standard, "F1"),
            run.Report.Claim.Status == ClaimStatus.Supported
                ? "supported"
                : $"refused: {string.Join("; ", run.Report.Claim.Reasons.Select(r => r.Text))}",
        ];
    }
}
