using Temper.Runs;
using Temper.Threats;

namespace Temper.Evaluation;

/// <summary>What a claim needs, and the command that brings what is missing.</summary>
internal static class ClaimRules
{
    /// <summary>The protocols that hold all that a claim needs.</summary>
    private static readonly string[] Protocols = ["standard", "full"];

    /// <summary>The split of examples that took part in no choice.</summary>
    private const string Test = "test";

    private const int HashDigits = 64;

    /// <summary>The rules that the evidence breaks.</summary>
    public static IEnumerable<ClaimReason> Broken(Evidence evidence, IReadOnlyList<Finding> findings)
    {
        var manifest = evidence.Manifest;
        var again = Again(manifest);
        if (!ClaimGrade.IsReached(evidence))
        {
            yield return new(Claim.AttacksInsufficient, again);
        }
        if (!Protocols.Contains(manifest.Protocol))
        {
            yield return new(
                manifest.Protocol is { } other
                    ? $"the protocol {other} carries no claims"
                    : "no protocol was followed, so nothing looked for failing attacks",
                again
            );
        }
        else if (evidence.Probes.Count == 0 || evidence.Health is null)
        {
            yield return new(
                "the diagnostics of the protocol are missing, so nothing looked for failing attacks",
                again
            );
        }
        if (manifest.Data.Split != Test)
        {
            yield return new($"the {manifest.Data.Split} split is not the test split", again);
        }
        if (manifest.Data.Sha256.Length != HashDigits)
        {
            yield return new("the hash of the data is not known", again);
        }
        if (evidence.Selection.Kind == SelectionKind.First)
        {
            yield return new("the first examples are not a random sample", again);
        }
        if (GoalWords.IsNarrow(evidence.Goal))
        {
            yield return new("one class aimed at is less than any wrong class", again);
        }
        if (evidence.Selection.Kind != SelectionKind.All && evidence.Eligible < Findings.EnoughExamples)
        {
            // All there are is as good as a sample gets.
            var enough =
                manifest.Data.Total > Findings.EnoughExamples ? $"{again} --sample {Findings.EnoughExamples}" : again;
            yield return new($"fewer than {Words.Count(Findings.EnoughExamples)} examples", enough);
        }
        if (string.IsNullOrWhiteSpace(manifest.Model.TrainedFor))
        {
            yield return new("what the model was trained for is not stated, not even as unknown", again);
        }
        // TMP120 is said in words above.
        foreach (
            var finding in findings
                .Where(f => f.Severity == Severity.Error && f.Id != Findings.WeakAttacks)
                .DistinctBy(f => f.Id, StringComparer.Ordinal)
        )
        {
            yield return new($"finding {finding.Id}", finding.WhatToDo);
        }
    }

    /// <summary>The evaluation once more, in a way that a claim can rest on.</summary>
    private static string Again(RunManifest manifest)
    {
        // The model of a training run lies in its folder, whose name only the reader knows.
        var model = manifest.Training is null ? Quoted(manifest.Model.Path) : "RUN";
        var words = Goal.Split(manifest.Threat.Text).Threat.Split(' ');
        var mask = words.Length > 1 ? " --mask MASK" : "";
        var data =
            manifest.Training is null && manifest.Data.Name != "mnist" ? $" --data {Quoted(manifest.Data.Name)}" : "";
        return $"temper evaluate {model}{data} --threat {words[0]}{mask} --protocol {Protocols[0]}";
    }

    private static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
