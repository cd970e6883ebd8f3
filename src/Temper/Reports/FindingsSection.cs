using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>The doubts about the evidence, and what would settle them.</summary>
internal static class FindingsSection
{
    public static Html Render(Report report)
    {
        var body =
            report.Findings.Count == 0
                ? Html.Of($"<p>None of the checks on the evidence passed its threshold. A check that stays silent shows only that this fault was not seen: where a curve of attack strength below is not flat, more of the same may break more.</p>")
                : Html.Of($"""<ul class="findings">{report.Findings.Select(Item)}</ul>""");
        return Html.Of(
            $"""
            <section aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            <div>
            {body}
            </div>
            </section>

            """
        );
    }

    private static Html Item(Finding finding)
    {
        var word = finding.Severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "info",
        };
        return Html.Of(
            $"""
            <li class="{word}">
            <h3><span class="tag">{finding.Severity.ToString()}</span> <code>{finding.Id}</code></h3>
            <p>{Figures.Tie(finding.Message)}</p>
            <p class="todo"><b>What to do:</b> {finding.WhatToDo}</p>
            {Threshold(finding)}<p class="note">Explained in <code>{finding.Page}</code> of the documentation.</p>
            </li>

            """
        );
    }

    private static Html Threshold(Finding finding) =>
        Html.When(
            finding.Threshold is not null,
            () =>
                Html.Of(
                    $"""
                    <p class="note">Raised for {Figures.Tie(finding.Threshold!)}; source: {Figures.Tie(
                        finding.Source!
                    )}.</p>

                    """
                )
        );
}
