using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>What each attack added to the cascade, and what it cost.</summary>
internal static class AttackSection
{
    private static readonly string[] Columns =
    [
        "Attempted",
        "Broken",
        "Left",
        "Forwards per example",
        "Gradients per example",
        "Time",
    ];

    public static Html Render(Report report)
    {
        var evidence = report.Evidence;
        var clean = Row(
            Html.Of($"clean pass"),
            evidence.Eligible,
            evidence.Eligible - evidence.CleanStanding,
            evidence.CleanStanding,
            Figures.PerExample(CleanPasses(evidence, r => r.Forwards, evidence.Forwards), evidence.N),
            Figures.PerExample(CleanPasses(evidence, r => r.Gradients, evidence.Gradients), evidence.N),
            evidence.Manifest.CleanSeconds
        );
        var attacks = Html.Join(
            evidence.Attacks.Select(a =>
                Row(
                    Html.Of($"{a.Name}{Options(a)}{Surrogate(a)}{Notices(a)}"),
                    a.Attempted,
                    a.Broken,
                    a.Left,
                    Figures.PerExample(a.Forwards, a.Attempted),
                    Figures.PerExample(a.Gradients, a.Attempted),
                    a.Seconds
                )
            )
        );
        var total = Row(
            Html.Of($"worst case"),
            evidence.Eligible,
            evidence.Eligible - evidence.Standing,
            evidence.Standing,
            Figures.PerExample(evidence.Forwards, evidence.N),
            Figures.PerExample(evidence.Gradients, evidence.N),
            evidence.Manifest.CleanSeconds
                + evidence.Manifest.Attacks.Sum(a => a.Seconds)
                + (evidence.Manifest.Probes?.Attacks.Sum(a => a.Seconds) ?? 0)
        );
        var probes = evidence.Manifest.Probes is null ? "" : " The last row counts the probes as well.";
        var n = Figures.Count(evidence.Eligible);
        var columns = Columns.Select(c => Html.Of($"""<th scope="col" class="num">{c}</th>"""));
        return Html.Of(
            $"""
            <section aria-labelledby="attacks">
            <h2 id="attacks">Attacks and their cost</h2>
            <div>
            <table class="stack">
            <caption>In the order they ran. Each attack attempts what is still standing; <em>left</em> is what remains of {n} after it.{probes}</caption>
            <thead><tr><th scope="col">Attack</th>{columns}</tr></thead>
            <tbody>
            {clean}{attacks}</tbody>
            <tfoot>
            {total}</tfoot>
            </table>
            </div>
            </section>

            """
        );
    }

    private static Html Row(
        Html name,
        int attempted,
        int broken,
        int left,
        string forwards,
        string gradients,
        double seconds
    )
    {
        string[] values =
        [
            Figures.Count(attempted),
            Figures.Count(broken),
            Figures.Count(left),
            forwards,
            gradients,
            Figures.Duration(seconds),
        ];
        var cells = Columns.Zip(values, (c, v) => Html.Of($"""<td class="num" data-label="{c}">{v}</td>"""));
        return Html.Of(
            $"""
            <tr><th scope="row">{name}</th>{cells}</tr>

            """
        );
    }

    private static Html Options(AttackTally attack)
    {
        var parts = attack.Options.Select(o => $"{o.Key} {Text(o.Value)}");
        if (attack.Id != attack.Name)
        {
            parts = parts.Prepend($"id {attack.Id}");
        }
        var text = string.Join(" · ", parts.Select(p => p.Replace(' ', '\u00A0')));
        return Html.When(text.Length > 0, () => Html.Of($"""<span class="options">{text}</span>"""));
    }

    private static Html Surrogate(AttackTally attack) =>
        attack.Surrogate is { } passes
            ? Html.Of(
                $"""<span class="options">on its surrogate, per example: forwards {Figures.PerExample(passes.Forwards, attack.Attempted)} · gradients {Figures.PerExample(passes.Backwards, attack.Attempted)}</span>"""
            )
            : Html.Empty;

    private static Html Notices(AttackTally attack) =>
        Html.Join(attack.Notices.Select(notice => Html.Of($"""<span class="notice">Notice: {notice}</span>""")));

    private static string Text(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value?.ToJsonString() ?? "none";

    /// <summary>What the ledger counts beyond the attempts is the clean pass.</summary>
    private static long CleanPasses(Evidence evidence, Func<AttemptRow, long> passes, long total) =>
        Math.Max(0, total - evidence.Attempts.Sum(passes));
}
