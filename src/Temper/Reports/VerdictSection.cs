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
            SelectionKind.All => $"all {Figures.Count(report.Evidence.N)} images",
            SelectionKind.First => $"the first {Figures.Count(report.Evidence.N)} images",
            _ => $"{Figures.Count(report.Evidence.N)} images drawn at random",
        };
        var started = manifest.Started.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        return Html.Of(
            $"""
            <header>
            <p class="kicker">Evaluation report</p>
            <h1>{ModelName(report)} <span class="under">under</span> {manifest.Threat.Text}</h1>
            <p class="facts">{ClaimSentence.DataName(
                manifest.Data.Name
            )} {manifest.Data.Split}, {examples} <span class="sep">·</span> {started} UTC <span class="sep">·</span> seed {manifest.Seed.ToString(
                CultureInfo.InvariantCulture
            )}</p>
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
            : Html.Of($"""<p class="status refused"><b>Claim refused:</b> {string.Join("; ", claim.Reasons)}</p>""");
        var upper = evidence.Upper is { } limit
            ? Html.Of(
                $"""<dd>{Figures.PercentUp(limit)}</dd><dd class="note">one-sided, 97.5{"\u00A0"}% confidence</dd>"""
            )
            : Html.Of($"""<dd>none</dd><dd class="note">not a random sample</dd>""");
        return Html.Of(
            $"""
            <section class="verdict" aria-labelledby="verdict">
            <h2 id="verdict">Verdict</h2>
            <div>
            {badge}
            <p class="sentence"><span class="lead">{(
                supported ? "The claim." : "What was measured."
            )}</span> {Figures.Tie(claim.Sentence)}</p>
            <dl class="figures">
            <div class="clean"><dt>Clean accuracy</dt><dd>{Figures.Percent(
                evidence.CleanCorrect / (double)evidence.N
            )}</dd><dd class="note">{Figures.Count(evidence.CleanCorrect)} of {Figures.Count(evidence.N)}</dd></div>
            <div class="worst"><dt>Worst case, at most</dt><dd>{Figures.PercentUp(
                evidence.Standing,
                evidence.N
            )}</dd><dd class="note">{Figures.Count(evidence.Standing)} of {Figures.Count(evidence.N)}</dd></div>
            <div><dt>Upper limit</dt>{upper}</div>
            <div><dt>Lower bound</dt><dd>none</dd><dd class="note">nothing was certified</dd></div>
            </dl>
            </div>
            </section>

            """
        );
    }

    private static string ModelName(Report report)
    {
        var model = report.Evidence.Manifest.Model;
        return model.Architecture.Length > 0 ? model.Architecture : Path.GetFileName(model.Path);
    }
}
