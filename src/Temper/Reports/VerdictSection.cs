using System.Globalization;
using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>Title, verdict sentence and the figures it rests on.</summary>
internal static class VerdictSection
{
    public static string Title(Report report) => $"{ModelName(report)} under {report.Evidence.Manifest.Threat.Text}";

    public static Html Header(Report report)
    {
        var manifest = report.Evidence.Manifest;
        var examples = report.Evidence.Selection.Kind switch
        {
            SelectionKind.All => $"all {Figures.Count(report.Evidence.N)} {report.Things}",
            SelectionKind.First => $"the first {Figures.Count(report.Evidence.N)} {report.Things}",
            _ => $"{Figures.Count(report.Evidence.N)} {report.Things} drawn at random",
        };
        var data = ClaimSentence.DataName(manifest.Data);
        var seed = manifest.Seed.ToString(CultureInfo.InvariantCulture);
        var started = manifest.Started.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        return Html.Of(
            $"""
            <header>
            <p class="kicker">Evaluation report</p>
            <h1>{ModelName(report)} <span class="under">under</span> {manifest.Threat.Text}</h1>
            <p class="facts">{data} {manifest.Data.Split}, {examples} <span class="sep">·</span> {started} UTC <span class="sep">·</span> seed {seed}</p>
            </header>

            """
        );
    }

    public static Html Render(Report report)
    {
        var claim = report.Claim;
        var evidence = report.Evidence;
        var supported = claim.Status == ClaimStatus.Supported;
        var badge = supported
            ? Html.Of($"""<p class="status supported"><b>Claim supported</b></p>""")
            : Html.Of(
                $"""<p class="status refused"><b>Claim refused:</b> {string.Join("; ", claim.Reasons.Select(r => r.Text))}</p>"""
            );
        var lead = supported ? "The claim." : "What was measured.";
        var n = Figures.Count(evidence.N);
        var clean = Figures.Percent(evidence.CleanCorrect / (double)evidence.N);
        var worst = Figures.PercentUp(evidence.Standing, evidence.Eligible);
        var worstName = evidence.Goal.IsTargeted ? "Goal not reached, at most" : "Worst case, at most";
        var limit = evidence.Upper is { } upper
            ? Figure(
                "",
                "Upper limit",
                Figures.PercentUp(upper),
                $"for {report.Things} like these, with 97.5\u00A0% confidence"
            )
            : Figure("", "Upper limit", "none", "not a random sample");
        return Html.Of(
            $"""
            <section class="verdict" aria-labelledby="verdict">
            <h2 id="verdict">Verdict</h2>
            <div>
            {badge}
            <p class="sentence"><span class="lead">{lead}</span> {Figures.Tie(claim.Sentence)}</p>
            {Notes(evidence)}{Cures(claim)}<dl class="figures">
            {Figure("clean", "Clean accuracy", clean, $"{Figures.Count(evidence.CleanCorrect)} of {n}")}
            {Figure(
                "worst",
                worstName,
                worst,
                $"{Figures.Count(evidence.Standing)} of {Figures.Count(evidence.Eligible)}"
            )}
            {limit}
            {Lower(report)}
            </dl>
            </div>
            </section>

            """
        );
    }

    /// <summary>What would make the claim stand, one line for each cure.</summary>
    private static Html Cures(Claim claim) =>
        Html.When(
            claim.Reasons.Count > 0,
            () =>
                Html.Of(
                    $"""
                    <ul class="remarks cures">{claim.Reasons.GroupBy(r => r.Cure, StringComparer.Ordinal).Select(
                        Cure
                    )}</ul>

                    """
                )
        );

    private static Html Cure(IGrouping<string, ClaimReason> cure)
    {
        var isCommand = cure.Key.StartsWith("temper ", StringComparison.Ordinal);
        var shown = isCommand ? Html.Of($"<code>{cure.Key}</code>") : Html.Of($"{cure.Key}");
        return Html.Of($"<li>Cure for “{string.Join("; ", cure.Select(r => r.Text))}”: {shown}</li>");
    }

    /// <summary>The lower end of the bracket whose upper end is the worst case.</summary>
    private static Html Lower(Report report) =>
        report.Evidence.Bracket switch
        {
            null => Figure("", "Lower bound", "none", "nothing was certified"),
            { Card.Problem: not null } => Figure("", "Certified", "unknown", "there are no bounds here"),
            var bracket => Figure(
                "certified",
                "Certified, at least",
                Figures.Tie(Words.PercentDown(bracket.Certified, bracket.N)),
                $"{Figures.Count(bracket.Certified)} of {Figures.Count(bracket.N)}, in real arithmetic"
            ),
        };

    /// <summary>What must be known beside the numbers: how the model was opened, what was not certified.</summary>
    private static Html Notes(Evidence evidence)
    {
        string[] notes =
        [
            .. evidence.Manifest.Model.Notes ?? [],
            .. evidence.Bracket is { } bracket ? BracketWords.Notes(bracket) : [],
        ];
        return Html.When(
            notes.Length > 0,
            () =>
                Html.Of(
                    $"""
                    <ul class="remarks">{notes.Select(n => Html.Of($"<li>{n}</li>"))}</ul>

                    """
                )
        );
    }

    private static Html Figure(string style, string name, string value, string note) =>
        Html.Of($"""<div class="{style}"><dt>{name}</dt><dd>{value}</dd><dd class="note">{note}</dd></div>""");

    private static string ModelName(Report report)
    {
        var model = report.Evidence.Manifest.Model;
        return model.Architecture is "" or "unknown" ? Path.GetFileName(model.Path) : model.Architecture;
    }
}
