using System.Globalization;
using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>The page of a certification: verdicts, the bracket, what decided, margins.</summary>
internal static class CertificationPage
{
    private const int Places = 33;

    public static string Render(
        RunManifest manifest,
        CertificationReport report,
        IReadOnlyList<CertificateRow> rows,
        IReadOnlyList<ReportFile> files
    ) =>
        ReportPage.Frame(
            $"{Name(manifest)} certified under {report.Threat}",
            manifest.TemperVersion,
            [
                Header(manifest, report),
                Verdicts(manifest, report),
                Bars(manifest, report),
                Methods(report),
                Margins(report, rows),
                Environment(manifest, report),
                EnvironmentSection.Files(files),
            ]
        );

    private static string Name(RunManifest manifest) =>
        manifest.Model.Architecture is "" or "unknown"
            ? Path.GetFileName(manifest.Model.Path)
            : manifest.Model.Architecture;

    private static string Things(RunManifest manifest) => manifest.Data.Noun ?? "images";

    private static Html Header(RunManifest manifest, CertificationReport report)
    {
        var started = manifest.Started.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        return Html.Of(
            $"""
            <header>
            <p class="kicker">Certification report</p>
            <h1>{Name(manifest)} <span class="under">under</span> {report.Threat}</h1>
            <p class="facts">{ClaimSentence.DataName(manifest.Data)} {manifest.Data.Split}, {Figures.Count(
                report.N
            )} {Things(manifest)} ({report.Selection}) <span class="sep">·</span> {started} UTC <span class="sep">·</span> {report.Method}</p>
            </header>

            """
        );
    }

    private static Html Verdicts(RunManifest manifest, CertificationReport report)
    {
        var (n, most) = (Figures.Count(report.N), report.N - report.Falsified);
        var (low, high) = (Down(report.Certified, report.N), Figures.PercentUp(most, report.N));
        var sentence = report.Problem is { } problem
            ? $"Nothing can be certified of this model, since {problem}: what no attack broke is unknown."
            : $"Robust accuracy of these {n} {Things(manifest)} under {report.Threat} lies between {low} (certified, in real arithmetic) and {high} (not falsified). The bracket is no interval of confidence: it says nothing of other {Things(manifest)}.";
        string[] notes = [.. manifest.Model.Notes ?? []];
        return Html.Of(
            $"""
            <section class="verdict" aria-labelledby="verdict">
            <h2 id="verdict">Verdicts</h2>
            <div>
            <p class="sentence">{sentence}</p>
            {Html.When(
                notes.Length > 0,
                () => Html.Of($"""<ul class="remarks">{notes.Select(note => Html.Of($"<li>{note}</li>"))}</ul>""")
            )}<dl class="figures">
            {Figure("certified", "Certified, at least", low, report.Certified, report.N)}
            {Figure("worst", "Not falsified, at most", high, most, report.N)}
            {Figure("", "Unknown", Figures.Percent(report.Unknown / (double)report.N), report.Unknown, report.N)}
            {Figure(
                "clean",
                "Clean accuracy",
                Figures.Percent(report.CleanCorrect / (double)report.N),
                report.CleanCorrect,
                report.N
            )}
            </dl>
            </div>
            </section>

            """
        );
    }

    private static Html Bars(RunManifest manifest, CertificationReport report)
    {
        var most = report.N - report.Falsified;
        Bar[] bars =
        [
            Bar(
                "Clean",
                report.CleanCorrect,
                report.N,
                Figures.Percent(report.CleanCorrect / (double)report.N),
                "clean"
            ),
            Bar("Not falsified", most, report.N, "≤ " + Figures.PercentUp(most, report.N), "worst"),
            Bar("Certified", report.Certified, report.N, "≥ " + Down(report.Certified, report.N), "certified"),
        ];
        var description = string.Join("; ", bars.Select(b => $"{b.Name}: {b.Value}, {b.Counts}")) + ".";
        return Html.Of(
            $"""
            <section aria-labelledby="bracket">
            <h2 id="bracket">The bracket</h2>
            <figure>
            {BarChart.Render("bars", "Shares", description, bars)}
            <figcaption>Share of {Figures.Count(report.N)} {Things(
                manifest
            )}: right without an attack, not broken by any point that was found, and proved for every change the threat model allows.</figcaption>
            </figure>
            </section>

            """
        );
    }

    private static Html Methods(CertificationReport report)
    {
        var rows = report.By.Select(m =>
            Html.Of(
                $"""
                <tr><th scope="row">{m.Key}</th><td class="num">{Figures.Count(m.Value)}</td></tr>

                """
            )
        );
        return Html.Of(
            $"""
            <section aria-labelledby="methods">
            <h2 id="methods">What decided</h2>
            <div>
            <table class="compact">
            <caption>Bounds certify, attacks and clean errors falsify; each example stands with the first that decided it</caption>
            <thead><tr><th scope="col">By</th><th scope="col" class="num">Examples</th></tr></thead>
            <tbody>
            {rows}<tr><th scope="row">nothing (unknown)</th><td class="num">{Figures.Count(report.Unknown)}</td></tr>
            </tbody>
            </table>
            </div>
            </section>

            """
        );
    }

    /// <summary>How much of every margin is proved: the share with a lower bound above each height.</summary>
    private static Html Margins(CertificationReport report, IReadOnlyList<CertificateRow> rows)
    {
        double[] proved = [.. rows.Where(r => r.Verdict == Verdict.Certified).Select(r => r.Margin!.Value).Order()];
        if (proved.Length == 0)
        {
            return Html.Empty;
        }
        var most = proved[^1];
        (double, double)[] points =
        [
            .. Enumerable
                .Range(0, Places)
                .Select(i => most * i / (Places - 1))
                .Select(height => (height, proved.Count(m => m > height) / (double)report.N)),
        ];
        var median = Figures.Significant(proved[proved.Length / 2]);
        var chart = LineChart.Render(
            "margins",
            "Share of examples whose margin is proved to be above",
            $"The least proved margin is {Figures.Significant(proved[0])}, the median {median}, the largest {Figures.Significant(most)}.",
            [new("Certified", "s-worst", points, Down(report.Certified, report.N))],
            new(0, most, [.. new[] { 0, 0.5, 1 }.Select(part => (most * part, Figures.Significant(most * part)))]),
            ShareAxis.Ticks(0)
        );
        return Html.Of(
            $"""
            <section aria-labelledby="margins">
            <h2 id="margins">Margins</h2>
            <div>
            {chart}<p class="note">A margin is the score of the right class less the highest other, over all inputs of the threat model; its proved lower bound is at least {Figures.Significant(
                proved[0]
            )} for every certified example, {median} in the median. The network computed in float32 can differ by about a millionth of its scores.</p>
            </div>
            </section>

            """
        );
    }

    private static Html Environment(RunManifest manifest, CertificationReport report)
    {
        (string, string)[] rows =
        [
            ("Model", $"{manifest.Model.Path} ({manifest.Model.Kind})"),
            ("Model SHA-256", manifest.Model.Sha256),
            ("Data", $"{manifest.Data.Name} {manifest.Data.Split}, {manifest.Data.Selection}"),
            ("Data SHA-256", manifest.Data.Sha256),
            ("Arithmetic", report.Arithmetic),
            .. manifest.Certification!.SecondsEach is { } seconds
                ? [("Branch and bound", $"up to {Figures.Duration(seconds)} for an example")]
                : Array.Empty<(string, string)>(),
            (TestLookWords.Name, TestLookWords.Of(manifest)),
            ("Seed", manifest.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Temper", manifest.TemperVersion),
        ];
        return Html.Of(
            $"""
            <section aria-labelledby="environment">
            <h2 id="environment">Environment</h2>
            <dl class="pairs">
            {rows.Select(r => Html.Of($"<div><dt>{r.Item1}</dt><dd>{r.Item2}</dd></div>"))}</dl>
            </section>

            """
        );
    }

    private static Bar Bar(string name, int count, int n, string value, string style) =>
        new(name, count / (double)n, value, Counts(count, n), $"fill-{style}");

    private static Html Figure(string style, string name, string value, int count, int n) =>
        Html.Of(
            $"""<div class="{style}"><dt>{name}</dt><dd>{value}</dd><dd class="note">{Counts(count, n)}</dd></div>"""
        );

    private static string Counts(int count, int n) => $"{Figures.Count(count)} of {Figures.Count(n)}";

    private static string Down(int count, int n) => Figures.Tie(Words.PercentDown(count, n));
}
