using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>A claim in the forms that others ask for, made from the evidence and from nothing else.</summary>
public static class ClaimCard
{
    private const string AutoAttack = "autoattack";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>The sentence, whether the evidence supports it, and how often test data was looked at.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Lines, ending in a line feed.</returns>
    public static string Text(Report report) =>
        $"{report.Claim.Sentence}\nClaim: {report.Claim.Verdict}.\n{TestLookWords.Name}: {TestLookWords.Of(report.Evidence.Manifest)}.\n";

    /// <summary>A section of a model card, in Markdown.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Lines, ending in a line feed.</returns>
    public static string ModelCard(Report report)
    {
        var evidence = report.Evidence;
        var manifest = evidence.Manifest;
        var upper = evidence.Upper is { } limit
            ? $"; with 97.5 % confidence not above {Words.PercentUp(limit)} for examples like these, against these attacks"
            : "; no interval";
        var text = new StringBuilder("## Adversarial robustness\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Escaped(report.Claim.Sentence)}\n\n**Claim: {Escaped(report.Claim.Verdict)}.**\n\n"
        );
        text.Append("| | |\n|---|---|\n");
        Row(text, "Model", $"{manifest.Model.Path}, SHA-256 `{manifest.Model.Sha256}`");
        Row(text, "Trained for", manifest.Model.TrainedFor);
        Row(
            text,
            "Data",
            $"{manifest.Data.Name}, {manifest.Data.Split}, {manifest.Data.Selection}, SHA-256 `{manifest.Data.Sha256}`"
        );
        Row(text, TestLookWords.Name, TestLookWords.Of(manifest));
        Row(text, "Threat model", manifest.Threat.Text);
        Row(text, "Right without an attack", Share(evidence.CleanCorrect, evidence.N));
        Row(
            text,
            "Worst case",
            $"at most {Words.PercentUp(evidence.Standing, Math.Max(1, evidence.Eligible))} ({Words.Count(evidence.Standing)} of {Words.Count(evidence.Eligible)}){upper}"
        );
        Row(text, "Certified", Certified(evidence));
        Row(text, "Attacks", Words.List([.. evidence.Attacks.Select(a => a.Name)]));
        Row(text, "Temper", $"{manifest.TemperVersion}, seed {manifest.Seed}");
        text.Append("\n### Findings\n\n");
        foreach (var finding in report.Findings)
        {
            var severity = finding.Severity.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"- {finding.Id} ({severity}): {Escaped(finding.Message)}\n");
        }
        text.Append(report.Findings.Count == 0 ? "None.\n" : "");
        text.Append(
            """

            ### What is not claimed

            - What no attack broke and no bound certified is not proved to stand. Stronger attacks can break more.
            - Nothing about other threat models, other data, or a network trained again by the same recipe.
            - The confidence limit covers the drawing of examples, nothing else.

            """.ReplaceLineEndings("\n")
        );
        return text.ToString();
    }

    /// <summary>The fields of a RobustBench entry that the evidence knows, under the names used there; accuracies in percent.</summary>
    /// <remarks>
    /// Source: the files <c>model_info/*/*/*.json</c> of RobustBench (Croce et al. 2021). <c>autoattack_acc</c> is said only where the unchanged
    /// list <c>autoattack</c>, and no other attack before it, met every example of the split under one norm, without mask or goal.
    /// </remarks>
    /// <param name="report">The report.</param>
    /// <returns>JSON, ending in a line feed.</returns>
    public static string RobustBench(Report report)
    {
        var evidence = report.Evidence;
        var manifest = evidence.Manifest;
        var node = new JsonObject
        {
            ["name"] = Path.GetFileNameWithoutExtension(manifest.Model.Path),
            ["dataset"] = manifest.Data.Name,
            ["threat_model"] = manifest.Threat.Norm switch
            {
                "linf" => "Linf",
                "l2" => "L2",
                "l1" => "L1",
                var other => other,
            },
            ["architecture"] = manifest.Model.Architecture,
            ["eps"] = Budget(manifest.Threat),
            ["clean_acc"] = Percent(evidence.CleanCorrect, evidence.N),
            ["reported"] = Percent(evidence.Standing, Math.Max(1, evidence.Eligible)),
        };
        if (IsStandard(evidence))
        {
            var probes = manifest.Probes?.Attacks.Select(a => a.Name).ToHashSet(StringComparer.Ordinal) ?? [];
            // Probes are counted after the cascade: what they broke, AutoAttack had left standing.
            var left = evidence.Ledger.Count(r => r.BrokenBy is null || probes.Contains(r.BrokenBy));
            node["autoattack_acc"] = Percent(left, evidence.N);
        }
        return node.ToJsonString(Layout) + "\n";
    }

    /// <summary>The lower end of the bracket, with what must be said of it.</summary>
    private static string Certified(Evidence evidence)
    {
        if (evidence.Bracket is not { } bracket)
        {
            return "nothing";
        }
        var notes = string.Concat(BracketWords.Notes(bracket).Select(note => $". {note.TrimEnd('.')}"));
        return bracket.Card.Problem is { } problem
            ? $"unknown: nothing can be certified here, since {problem}"
            : $"at least {Words.PercentDown(bracket.Certified, bracket.N)} ({Words.Count(bracket.Certified)} of {Words.Count(bracket.N)}), in real arithmetic; by method: {BracketWords.Methods(bracket)}{notes}";
    }

    private static bool IsStandard(Evidence evidence)
    {
        var (manifest, threat) = (evidence.Manifest, evidence.Manifest.Threat);
        return evidence.Selection.Kind == SelectionKind.All
            && !evidence.Goal.IsTargeted
            && threat is { Mask: null, Members: null }
            && manifest.Attacks.All(a => a.List == AutoAttack)
            && ClaimGrade.RanWhole(manifest, AutoAttack, threat);
    }

    /// <summary>The budget as it was written, such as 8/255.</summary>
    private static string Budget(ManifestThreat threat) =>
        threat.Members is null ? threat.Text.Split(':', 2)[^1].Split(' ')[0] : threat.Text;

    private static string Percent(int count, int n) => (count * 100.0 / n).ToString("F2", CultureInfo.InvariantCulture);

    private static string Share(int count, int n) =>
        $"{Words.Percent(count / (double)n)} ({Words.Count(count)} of {Words.Count(n)})";

    private static void Row(StringBuilder text, string name, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {Escaped(value)} |\n");

    /// <summary>Foreign names must neither end a cell nor become markup.</summary>
    private static string Escaped(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .ReplaceLineEndings(" ");
}
