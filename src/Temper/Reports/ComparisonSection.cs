namespace Temper.Reports;

/// <summary>Clean accuracy against the worst case over all attacks, as bars.</summary>
internal static class ComparisonSection
{
    public static Html Render(Report report)
    {
        var evidence = report.Evidence;
        var threat = evidence.Manifest.Threat.Text;
        var n = Figures.Count(evidence.N);
        var attacks = evidence.Attacks.Count == 1 ? "1 attack" : $"{evidence.Attacks.Count} attacks";
        var bars = new List<Bar>
        {
            Row("Clean", evidence.CleanCorrect, evidence.N, "fill-clean", worst: false),
            Row("Worst case", evidence.Standing, evidence.N, "fill-worst", worst: true) with
            {
                Upper = evidence.Upper,
            },
        };
        if (report.Twin is { } twin)
        {
            bars.Add(Row("Natural twin, clean", twin.CleanCorrect, twin.N, "fill-twin", worst: false));
            bars.Add(Row("Natural twin, worst case", twin.Standing, twin.N, "fill-twin", worst: true));
        }
        var description = string.Join("; ", bars.Select(b => $"{b.Name}: {b.Value}, {b.Counts}")) + ".";
        var limit = evidence.Upper is { } upper
            ? Html.Of(
                $"""The upright mark at {Figures.PercentUp(upper)} is the upper limit of the worst case (one-sided, 97.5{"\u00A0"}%, Clopper–Pearson)."""
            )
            : Html.Of($"""The first examples of a file are not a random sample: there is no upper limit to mark.""");
        var twinNote = Twin(report);
        return Html.Of(
            $"""
            <section aria-labelledby="comparison">
            <h2 id="comparison">Clean against worst case</h2>
            <figure>
            {BarChart.Render("bars", "Share classified correctly", description, bars)}
            <figcaption>Share of {n} images classified correctly, without an attack and in the worst case over {attacks} under {threat}. {limit}{twinNote}</figcaption>
            </figure>
            </section>

            """
        );
    }

    private static Html Twin(Report report) =>
        report.Twin is { } twin
            ? Html.Of(
                $""" The twin was trained without attacks and evaluated under {twin.Threat} on {Figures.Count(twin.N)} images; its report is in <a href="{Uri.EscapeDataString(twin.Folder)}/{ReportFolder.HtmlFile}">{twin.Folder}</a>."""
            )
            : Html.Empty;

    private static Bar Row(string name, int count, int n, string style, bool worst) =>
        new(
            name,
            count / (double)n,
            worst ? Figures.PercentUp(count, n) : Figures.Percent(count / (double)n),
            $"{Figures.Count(count)} of {Figures.Count(n)}",
            style
        );
}
