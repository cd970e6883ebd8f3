using Temper.Evaluation.Metrics;

namespace Temper.Reports;

/// <summary>What lies behind the worst case: classes, mistaken predictions, distances, confidence.</summary>
internal static class DetailsSection
{
    private const int MostClasses = 10;
    private const int MostConfusions = 8;

    public static Html Render(Report report)
    {
        var evidence = report.Evidence;
        if (evidence.Attacks.Count + evidence.Probes.Count == 0)
        {
            return Html.Empty;
        }
        var metrics = ModelMetrics.Of(evidence);
        var success = metrics.AttackSuccess is { } share
            ? $"Attacks broke {Figures.Count(metrics.Broken)} of the {Figures.Count(metrics.Attackable)} {report.Things} that they began with ({Figures.Percent(share)}). "
            : "";
        var worst =
            metrics.Worst is { } class_ && metrics.Classes.Count > 1
                ? $"The worst class is {Figures.Class(report, class_.Label)}: at most {Figures.PercentUp(class_.Robust, class_.N)} of its {Figures.Count(class_.N)} {report.Things} withstand the attacks."
                : "";
        return Html.Of(
            $"""
            <section aria-labelledby="details">
            <h2 id="details">Classes, distances, confidence</h2>
            <div>
            <p>{success}{worst}</p>
            <div class="columns">
            {Classes(report, metrics)}{Confusions(report, metrics)}{Distances(report, metrics)}{Calibrations(
                report,
                metrics
            )}</div>
            {Estimates(report)}
            </div>
            </section>

            """
        );
    }

    private static Html Classes(Report report, ModelMetrics metrics)
    {
        var shown = metrics.Classes;
        var caption = "By class; the worst case is an upper bound for each";
        if (shown.Count > MostClasses)
        {
            shown = [.. shown.OrderBy(c => c.RobustRate).ThenBy(c => c.Label).Take(MostClasses)];
            caption =
                $"The {MostClasses} worst of {Figures.Count(metrics.Classes.Count)} classes; the worst case is an upper bound for each";
        }
        return Table(
            caption,
            ["Class", "Examples", "Clean", "Worst case"],
            shown.Select(c =>
                (
                    c == metrics.Worst,
                    new[]
                    {
                        Figures.Class(report, c.Label),
                        Figures.Count(c.N),
                        Figures.Percent(c.CleanRate),
                        Figures.PercentUp(c.Robust, c.N),
                    }
                )
            )
        );
    }

    private static Html Confusions(Report report, ModelMetrics metrics)
    {
        if (metrics.Confusions.Count == 0)
        {
            return Html.Empty;
        }
        var more = metrics.Confusions.Count - MostConfusions;
        return Table(
            "What the attacks turned predictions into"
                + (
                    more > 0
                        ? $"; the {MostConfusions} most frequent of {Figures.Count(metrics.Confusions.Count)} ways"
                        : ""
                ),
            ["Clean", "Under attack", "Examples"],
            metrics
                .Confusions.Take(MostConfusions)
                .Select(c =>
                    (
                        false,
                        new[]
                        {
                            Figures.Class(report, c.Clean),
                            c.Adversarial < 0 ? "not a number" : Figures.Class(report, c.Adversarial),
                            Figures.Count(c.Count),
                        }
                    )
                )
        );
    }

    private static Html Distances(Report report, ModelMetrics metrics)
    {
        if (metrics.Distances is not { } distances)
        {
            return Html.Empty;
        }
        var note = distances.Sought
            ? $"{Figures.Count(distances.Minimised)} of {Figures.Count(distances.Broken)} distances come from an attack that looks for the nearest wrong point."
            : "No attack looked for the nearest wrong point: distances lie near the budget and say little.";
        return Table(
            $"Distance within which a wrong point was found, over {Figures.Count(distances.N)} {report.Things} that are right without an attack. {note}",
            ["Share of them", "Distance"],
            distances.Quantiles.Select(q =>
                (
                    false,
                    new[]
                    {
                        Figures.Number(100 * q.Share, "0") + "\u00A0%",
                        (q.Censored ? ">\u00A0" : "≤\u00A0")
                            + Figures.Budget(q.Distance, report.Evidence.Manifest.Threat),
                    }
                )
            )
        );
    }

    private static Html Calibrations(Report report, ModelMetrics metrics)
    {
        (string Name, Calibration Value)[] rows =
        [
            .. new[] { ("Clean", metrics.Clean), ("Under attack", metrics.Attacked) }
                .Where(r => r.Item2 is not null)
                .Select(r => (r.Item1, r.Item2!)),
        ];
        if (rows.Length == 0)
        {
            return Html.Empty;
        }
        return Table(
            $"How sure the model is: expected calibration error (ECE, {Calibration.Bins} bins, which overstates it where {report.Things} are few) and mean softmax confidence. Under attack: at the point that broke the example or, where it stands, at the point of the last attack.",
            ["", "Right", "Confidence", "When wrong", "ECE"],
            rows.Select(r =>
                (
                    false,
                    new[]
                    {
                        r.Name,
                        Figures.Percent(r.Value.Correct / (double)r.Value.N),
                        Figures.Percent(r.Value.Confidence),
                        r.Value.WrongConfidence is { } wrong ? Figures.Percent(wrong) : "–",
                        Figures.Number(r.Value.Ece, "0.000"),
                    }
                )
            )
        );
    }

    private static Html Estimates(Report report)
    {
        if (report.Estimates is not { } found)
        {
            return Html.Empty;
        }
        var threat = report.Evidence.Manifest.Threat;
        var budget = Figures.Budget(threat.Epsilon, threat);
        var refuted =
            found.BrokenAtBudget > 0
                ? $"{Figures.Count(found.BrokenAtBudget)} of these were broken all the same."
                : "None of these was broken by an attack.";
        return Html.Of(
            $"""
            <p class="below">Estimates, and no bounds, from random points around {Figures.Count(
                found.N
            )} {report.Things}: the median CLEVER score is {Figures.Short(found.Clever)}; {Figures.Count(
                found.AtBudget
            )} have the largest possible, ε{"\u00A0"}={"\u00A0"}{budget}. {refuted} The steepest slope of the margin is {Figures.Short(
                found.Slope
            )} per unit of distance in the median, {Figures.Short(found.Steepest)} at most.</p>
            """
        );
    }

    private static Html Table(string caption, string[] columns, IEnumerable<(bool Marked, string[] Cells)> rows)
    {
        var head = columns.Select(
            (c, i) =>
                c.Length == 0
                    ? Html.Of($"""<td></td>""")
                    : Html.Of($"""<th scope="col"{Html.When(i > 0, () => new(" class=\"num\""))}>{c}</th>""")
        );
        var body = rows.Select(row =>
            Html.Of(
                $"""
                <tr{Html.When(row.Marked, () => new(" class=\"at\""))}><th scope="row">{row.Cells[
                    0
                ]}</th>{row.Cells.Skip(1).Select(c => Html.Of($"""<td class="num">{c}</td>"""))}</tr>

                """
            )
        );
        return Html.Of(
            $"""
            <table class="compact">
            <caption>{caption}</caption>
            <thead><tr>{head}</tr></thead>
            <tbody>
            {body}</tbody>
            </table>

            """
        );
    }
}
