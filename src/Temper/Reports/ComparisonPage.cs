namespace Temper.Reports;

/// <summary>A comparison for people: one table, and a chart where the runs measured the same thing.</summary>
internal static class ComparisonPage
{
    public static string Render(Comparison comparison, string path)
    {
        var title = $"{Figures.Count(comparison.Runs.Count)} runs compared";
        return ReportPage.Frame(
            title,
            comparison.Runs[0].Report.Evidence.Manifest.TemperVersion,
            [
                Html.Of(
                    $"""
                    <header>
                    <p class="kicker">Comparison</p>
                    <h1>{title}</h1>
                    <p class="facts">{string.Join(", ", comparison.Runs.Select(r => r.Name))}</p>
                    </header>

                    """
                ),
                Comparability(comparison),
                Table(comparison),
                Html.When(comparison.Comparable, () => Chart(comparison)),
                Html.When(comparison.Tests.Count > 0, () => Paired(comparison)),
                Evidence(comparison, path),
            ]
        );
    }

    private static Html Comparability(Comparison comparison)
    {
        var threat = comparison.Runs[0].Report.Evidence.Manifest.Threat.Text;
        var body = comparison.Comparable
            ? Html.Of(
                $"""
                <p class="status supported"><b>Comparable</b></p>
                <p>All runs were attacked under {threat} by the same attacks with the same options on the same {comparison
                    .Runs[0]
                    .Report.Things}.</p>
                """
            )
            : Html.Of(
                $"""
                <p class="status refused"><b>Not comparable</b></p>
                <ul>{comparison.Problems.Select(p => Html.Of($"<li>{p}</li>"))}</ul>
                <p class="note">The numbers below stand side by side and not against each other; there is no chart, and runs that measured different things are not tested against each other.</p>
                """
            );
        return Html.Of(
            $"""
            <section class="verdict" aria-labelledby="comparable">
            <h2 id="comparable">Measured alike?</h2>
            <div>
            {body}
            <p class="note">Worst cases are upper bounds: a stronger attack can lower each of them, and not equally. A larger number may only mean that its gradients misled the attacks.</p>
            </div>
            </section>

            """
        );
    }

    private static Html Table(Comparison comparison)
    {
        var names = ComparisonTable.Columns(comparison);
        var columns = names.Select(c => Html.Of($"""<th scope="col"{Class(c.Figures)}>{c.Name}</th>"""));
        var rows = comparison.Runs.Select(
            (run, i) =>
                Html.Of(
                    $"""
                    <tr><th scope="row">{i + 1}. {run.Name}</th>{names.Zip(
                        ComparisonTable.Cells(comparison, run),
                        (c, value) => Html.Of($"""<td{Cell(c)} data-label="{c.Name}">{value}</td>""")
                    )}</tr>

                    """
                )
        );
        return Html.Of(
            $"""
            <section class="wide" aria-labelledby="runs">
            <h2 id="runs">The runs</h2>
            <div>
            <table class="stack">
            <caption>Upper limits are one-sided, 97.5{"\u00A0"}%, Clopper–Pearson, and cover the drawing of examples only. Training is wall-clock time.</caption>
            <thead><tr><th scope="col">Run</th>{columns}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            </div>
            </section>

            """
        );
    }

    private static Html Class(bool figures) => Html.When(figures, () => new(" class=\"num\""));

    /// <summary>A threat model is one word that must not be cut.</summary>
    private static Html Cell((string Name, bool Figures) column) =>
        column.Name == "Threat" ? new(" class=\"whole\"") : Class(column.Figures);

    private static Html Chart(Comparison comparison)
    {
        var points = comparison
            .Runs.Select(run => run.Report.Evidence)
            .Select(e => (X: e.CleanCorrect / (double)e.N, Y: e.Standing / (double)e.Eligible, e.Upper))
            .ToList();
        var description = string.Join(
            "; ",
            comparison.Runs.Select(
                (run, i) =>
                    $"{run.Name}: clean {Figures.Percent(points[i].X)}, worst case at most {Figures.PercentUp(points[i].Y)}"
            )
        );
        var limits = points.Exists(p => p.Upper is not null)
            ? "The bar above a point, or across it, is the upper limit of its worst case."
            : "The first examples of a file are not a random sample: there are no upper limits.";
        return Html.Of(
            $"""
            <section aria-labelledby="chart">
            <h2 id="chart">Clean against worst case</h2>
            <figure>
            {ScatterChart.Render("scatter", "Clean accuracy and worst case of each run", description + ".", points)}
            <ol class="legend numbered">{comparison.Runs.Select(
                (run, i) => Html.Of($"<li><b>{i + 1}</b> {run.Name}</li>")
            )}</ol>
            <figcaption>To the right: classified correctly without an attack. Upward: in the worst case, at most. {limits}</figcaption>
            </figure>
            </section>

            """
        );
    }

    private static Html Paired(Comparison comparison) =>
        Html.Of(
            $"""
            <section aria-labelledby="paired">
            <h2 id="paired">Example by example</h2>
            <div>
            <ul>{comparison.Tests.Select(t => Html.Of($"<li>{t}</li>"))}</ul>
            <p class="note">The test holds two finished models against each other on the same {comparison
                .Runs[0]
                .Report.Things}: p is the probability of so uneven a split, were both equally good on what these were drawn from. It does not cover training them again, nor stronger attacks. Several p-values are not corrected for one another.{Html.When(
                comparison.Methods.Count > 0,
                () =>
                    Html.Of(
                        $" The interval over seeds covers training again with another seed on the same data, and takes the differences to be about normal."
                    )
            )}</p>
            </div>
            </section>

            """
        );

    private static Html Evidence(Comparison comparison, string path)
    {
        var from = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var rows = comparison.Runs.Select(run =>
        {
            var target = Path.GetRelativePath(from, Path.Combine(Path.GetFullPath(run.Folder), ReportFolder.HtmlFile));
            var address = string.Join('/', target.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
            return Html.Of(
                $"""
                <li><a href="{address}">{run.Name}</a> ledger <code class="hash">{run.LedgerSha256[..16]}</code></li>

                """
            );
        });
        return Html.Of(
            $"""
            <section aria-labelledby="files">
            <h2 id="files">Evidence</h2>
            <div>
            <ul class="files">
            {rows}</ul>
            <p class="note">Reports of the runs, and the beginning of the SHA-256 of each ledger. This page is made from the evidence in their folders alone.</p>
            </div>
            </section>

            """
        );
    }
}
