using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>Accuracy against ε, of the model and of its twin.</summary>
internal static class CurveSection
{
    /// <summary>Labels fit a narrow screen at every so many budgets.</summary>
    private const int Labels = 4;

    public static Html Render(Report report)
    {
        var curve = report.Curve;
        if (curve.Count == 0)
        {
            return Html.Empty;
        }
        var threat = report.Evidence.Manifest.Threat;
        // A twin measured otherwise does not belong into the same chart.
        var twin = report.Twin is { } t && SameBudgets(curve, t.Curve) ? t.Curve : [];
        var random = report.Evidence.Selection.Kind != SelectionKind.First;
        var series = new List<Series> { Line("This model", "s-worst", curve, threat, random) };
        if (twin.Count > 0)
        {
            series.Add(Line("Natural twin", "s-twin", twin, threat, random));
        }
        var isTargeted = report.Evidence.Goal.IsTargeted;
        var left = isTargeted ? "for which the goal is not reached" : "classified correctly";
        var description = "At " + string.Join("; ", curve.Select((r, i) => Point(r, i, twin, threat))) + ".";
        var chart = LineChart.Render(
            "curve",
            $"Share of {Figures.Count(curve[0].N)} {report.Things} {left}, by ε",
            description,
            series,
            new(0, curve[^1].Budget, Ticks(curve, threat), threat.Epsilon),
            ShareAxis.Ticks(series.Min(s => s.Points.Min(p => p.Y)))
        );
        return Html.Of(
            $"""
            <section aria-labelledby="curve">
            <h2 id="curve">{(isTargeted ? "Goal not reached" : "Accuracy")} against ε</h2>
            <div>
            <div class="split">
            {chart}{Table(curve, twin, threat, report.Things)}</div>
            <p class="note">{Explain(report, random)}</p>
            </div>
            </section>

            """
        );
    }

    private static string Explain(Report report, bool random)
    {
        var (curve, evidence) = (report.Curve, report.Evidence);
        var attack = curve[^1].Attack;
        var evaluated = evidence.Eligible < evidence.N ? "attacked" : "evaluated";
        var examples =
            curve[0].N == evidence.Eligible
                ? $"All {Figures.Count(evidence.Eligible)} {evaluated} {report.Things}"
                : $"A random {Figures.Count(curve[0].N)} of the {Figures.Count(evidence.Eligible)} {evaluated} {report.Things}";
        var band = random
            ? "The band reaches from the count up to its upper limit at that budget alone (one-sided, 97.5\u00A0%, Clopper–Pearson); below the line nothing was measured."
            : "The first examples of a file are not a random sample: there is no band.";
        return $"{examples}, attacked by {attack} with the same options at every budget. What falls at one budget, or fell to an attack of the evaluation at no larger distance, counts as fallen from there on. Every point is an upper bound. {band} The upright line marks ε\u00A0=\u00A0{Figures.Budget(evidence.Manifest.Threat.Epsilon, evidence.Manifest.Threat)}.";
    }

    private static bool SameBudgets(IReadOnlyList<CurveRow> curve, IReadOnlyList<CurveRow> twin) =>
        twin.Count > 0 && curve.Select(r => (r.Budget, r.N)).SequenceEqual(twin.Select(r => (r.Budget, r.N)));

    private static Series Line(
        string name,
        string style,
        IReadOnlyList<CurveRow> rows,
        ManifestThreat threat,
        bool random
    )
    {
        var at = rows.FirstOrDefault(r => r.Budget == threat.Epsilon);
        return new(
            name,
            style,
            [.. rows.Select(r => (r.Budget, r.Robust / (double)r.N))],
            at is null ? "" : $"{Figures.PercentUp(at.Robust, at.N)} at ε",
            random ? [.. rows.Select(r => Interval.UpperLimit(r.Robust, r.N))] : null
        );
    }

    private static IReadOnlyList<(double Place, string Label)> Ticks(
        IReadOnlyList<CurveRow> curve,
        ManifestThreat threat
    )
    {
        var step = Math.Max(1, (curve.Count - 1) / Labels);
        return [.. curve.Where((_, i) => i % step == 0).Select(r => (r.Budget, Figures.Budget(r.Budget, threat)))];
    }

    private static string Point(CurveRow row, int i, IReadOnlyList<CurveRow> twin, ManifestThreat threat) =>
        $"ε {Figures.Budget(row.Budget, threat)}: {Share(row)}" + (twin.Count > 0 ? $", twin {Share(twin[i])}" : "");

    private static Html Table(
        IReadOnlyList<CurveRow> curve,
        IReadOnlyList<CurveRow> twin,
        ManifestThreat threat,
        string things
    )
    {
        var rows = curve.Select(
            (row, i) =>
                Html.Of(
                    $"""
                    <tr{Html.When(row.Budget == threat.Epsilon, () => new(" class=\"at\""))}><th scope="row" class="num">{Figures.Budget(row.Budget, threat)}</th><td class="num">{Share(row)}</td>{Html.When(
                        twin.Count > 0,
                        () => Html.Of($"""<td class="num">{Share(twin[i])}</td>""")
                    )}</tr>

                    """
                )
        );
        var twinHead = Html.When(twin.Count > 0, () => Html.Of($"""<th scope="col" class="num">Natural twin</th>"""));
        return Html.Of(
            $"""
            <table class="compact">
            <caption>At most, of {Figures.Count(curve[0].N)} {things}</caption>
            <thead><tr><th scope="col" class="num">ε</th><th scope="col" class="num">This model</th>{twinHead}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>

            """
        );
    }

    private static string Share(CurveRow row) =>
        row.Budget == 0 ? Figures.Percent(row.Robust / (double)row.N) : Figures.PercentUp(row.Robust, row.N);
}
