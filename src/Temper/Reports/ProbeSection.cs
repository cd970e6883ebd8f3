using Temper.Evaluation;
using Temper.Evaluation.Probing;

namespace Temper.Reports;

/// <summary>What each probe leaves by itself, with limits: every probe met the same examples, so the rows can be compared.</summary>
internal static class ProbeSection
{
    private static readonly string[] Columns =
    [
        "Left",
        "97.5 % limits",
        "Broken",
        "Forwards per example",
        "Gradients per example",
        "Time",
    ];

    public static Html Render(Report report)
    {
        var probes = report.Evidence.Probes;
        return Html.When(probes.Count > 0, () => Section(report, probes));
    }

    private static Html Section(Report report, IReadOnlyList<ProbeTally> probes)
    {
        var examples = Figures.Count(probes[0].Examples);
        var columns = Columns.Select(c => Html.Of($"""<th scope="col" class="num">{Figures.Tie(c)}</th>"""));
        return Html.Of(
            $"""
            <section aria-labelledby="probes">
            <h2 id="probes">Probes: each attack by itself</h2>
            <div>
            <p>Every probe attacked the same {examples} {report.Things}, drawn at random, whatever the others had broken. That
            is what the findings compare. Wrong without an attack counts as broken. The limits are those of Clopper and Pearson, one-sided
            to each side, row by row; they cover the sampling of {report.Things} and nothing else.</p>
            <table class="stack">
            <caption>What each probe leaves of {examples} by itself. The worst case counts what any of them broke under the threat evaluated.</caption>
            <thead><tr><th scope="col">Probe</th>{columns}</tr></thead>
            <tbody>
            {probes.Select(Row)}</tbody>
            </table>
            </div>
            </section>

            """
        );
    }

    private static Html Row(ProbeTally probe)
    {
        var (low, high) = (
            Interval.LowerLimit(probe.Robust, probe.Examples),
            Interval.UpperLimit(probe.Robust, probe.Examples)
        );
        string[] values =
        [
            Figures.Percent(probe.Robust / (double)probe.Examples),
            $"{Words.PercentDown(low)[..^2]}–{Figures.PercentUp(high)}",
            $"{Figures.Count(probe.Broken)} of {Figures.Count(probe.Attempted)}",
            Figures.PerExample(probe.Forwards, probe.Attempted),
            Figures.PerExample(probe.Gradients, probe.Attempted),
            Figures.Duration(probe.Seconds),
        ];
        var cells = Columns.Zip(
            values,
            (c, v) => Html.Of($"""<td class="num" data-label="{Figures.Tie(c)}">{v}</td>""")
        );
        var threat = Html.When(
            probe.Threat is not null,
            () => Html.Of($"""<span class="options">under {probe.Threat ?? ""}</span>""")
        );
        return Html.Of(
            $"""
            <tr><th scope="row">{probe.Name[Probe.Prefix.Length..]}{threat}</th>{cells}</tr>

            """
        );
    }
}
