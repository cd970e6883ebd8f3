using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>Clean accuracy against the worst case over all attacks, as bars, with the naturally trained twin.</summary>
internal static class ComparisonSection
{
    public static Html Render(Report report)
    {
        var evidence = report.Evidence;
        var threat = evidence.Manifest.Threat.Text;
        var n = Figures.Count(evidence.N);
        var attacks = evidence.Attacks.Count == 1 ? "1 attack" : $"{evidence.Attacks.Count} attacks";
        List<Bar> bars = [Clean("Clean", evidence, "fill-clean"), Worst("Worst case", evidence, "fill-worst")];
        if (evidence.Bracket is { Card.Problem: null } bracket)
        {
            bars.Add(Certified(bracket));
        }
        if (report.Twin is { } twin)
        {
            bars.Add(Clean("Natural twin, clean", twin.Evidence, "fill-twin"));
            bars.Add(Worst("Natural twin, worst case", twin.Evidence, "fill-twin"));
        }
        var description = string.Join("; ", bars.Select(b => $"{b.Name}: {b.Value}, {b.Counts}")) + ".";
        var limit = evidence.Upper is { } upper
            ? Html.Of(
                $"""The upright mark at {Figures.PercentUp(upper)} is the upper limit of the worst case (one-sided, 97.5{"\u00A0"}%, Clopper–Pearson)."""
            )
            : Html.Of($"""The first examples of a file are not a random sample: there is no upper limit to mark.""");
        var shares = evidence.Goal.IsTargeted
            ? Html.Of(
                $"""Share of {n} {report.Things} classified correctly without an attack, and share of {Figures.Count(evidence.Eligible)} at which {attacks} aiming at {evidence.Goal.Words} failed under {threat}."""
            )
            : Html.Of(
                $"""Share of {n} {report.Things} classified correctly, without an attack and in the worst case over {attacks} under {threat}."""
            );
        var title = evidence.Goal.IsTargeted ? "Shares" : "Share classified correctly";
        return Html.Of(
            $"""
            <section aria-labelledby="comparison">
            <h2 id="comparison">Clean against worst case</h2>
            <figure>
            {BarChart.Render("bars", title, description, bars)}
            <figcaption>{shares} {limit}{Lower(evidence)}{Twin(
                report
            )}</figcaption>
            </figure>
            </section>

            """
        );
    }

    private static Html Lower(Evidence evidence) =>
        Html.When(
            evidence.Bracket is { Card.Problem: null },
            () =>
                Html.Of(
                    $" Certified: proved for every change the threat model allows, in real arithmetic ({BracketWords.Methods(evidence.Bracket!)})."
                )
        );

    private static Html Twin(Report report)
    {
        if (report.Twin is not { } twin)
        {
            return Html.Empty;
        }
        var (ours, theirs) = (report.Evidence, twin.Evidence);
        var link = Html.Of(
            $"""its report is in <a href="{Uri.EscapeDataString(twin.Folder)}/{ReportFolder.HtmlFile}">{twin.Folder}</a>."""
        );
        var differences = Comparability.Differences(ours.Manifest, theirs.Manifest);
        if (differences.Count > 0)
        {
            return Html.Of($""" Not comparable with the twin: other {string.Join("; other ", differences)}; {link}""");
        }
        var price = (theirs.CleanCorrect - ours.CleanCorrect) switch
        {
            0 => $"On clean {report.Things} it is right as often as this model",
            > 0 and var more => $"On clean {report.Things} it gets {Figures.Count(more)} more right than this model",
            var less => $"On clean {report.Things} it gets {Figures.Count(-less)} fewer right than this model",
        };
        return Html.Of(
            $""" The twin is the same network with the same data, schedule and seed, trained without attacks and attacked in the same way on the same {report.Things}. {price}; {link}"""
        );
    }

    private static Bar Clean(string name, Evidence evidence, string style) =>
        new(
            name,
            evidence.CleanCorrect / (double)evidence.N,
            Figures.Percent(evidence.CleanCorrect / (double)evidence.N),
            Counts(evidence.CleanCorrect, evidence.N),
            style
        );

    private static Bar Worst(string name, Evidence evidence, string style) =>
        new(
            name,
            evidence.Standing / (double)evidence.Eligible,
            $"≤ {Figures.PercentUp(evidence.Standing, evidence.Eligible)}",
            Counts(evidence.Standing, evidence.Eligible),
            style,
            evidence.Upper
        );

    private static Bar Certified(Bracket bracket) =>
        new(
            "Certified",
            bracket.Certified / (double)bracket.N,
            $"≥ {Figures.Tie(Words.PercentDown(bracket.Certified, bracket.N))}",
            Counts(bracket.Certified, bracket.N),
            "fill-certified"
        );

    private static string Counts(int count, int n) => $"{Figures.Count(count)} of {Figures.Count(n)}";
}
