using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>One sentence about an evaluation, bound to data, threat, attacks, n and interval.</summary>
/// <param name="Status">Whether the evidence supports it.</param>
/// <param name="Sentence">The sentence; also given when refused, since the counts stand either way.</param>
/// <param name="Reasons">Why it is refused; empty when supported.</param>
public sealed record Claim(ClaimStatus Status, string Sentence, IReadOnlyList<string> Reasons)
{
    /// <summary>The reason given while no attack ensemble of sufficient strength has run.</summary>
    public const string AttacksInsufficient = "attacks insufficient";

    /// <summary>Gets status and reasons in one line, such as <c>refused: attacks insufficient</c>.</summary>
    public string Verdict => Status == ClaimStatus.Supported ? "supported" : $"refused: {string.Join("; ", Reasons)}";

    /// <summary>
    /// Judges the evidence: supported only for at least 1,000 examples, the whole split or a random sample of it,
    /// AutoAttack among the attacks, any wrong class as the goal, and no finding that is an error.
    /// </summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="findings">The findings about it.</param>
    public static Claim From(Evidence evidence, IReadOnlyList<Finding> findings)
    {
        var reasons = new List<string>();
        if (!Findings.IsClaimGrade(evidence))
        {
            reasons.Add(AttacksInsufficient);
        }
        if (evidence.Selection.Kind == SelectionKind.First)
        {
            reasons.Add("the first examples are not a random sample");
        }
        if (GoalWords.IsNarrow(evidence.Goal))
        {
            reasons.Add("one class aimed at is less than any wrong class");
        }
        if (evidence.Eligible < Findings.EnoughExamples)
        {
            reasons.Add($"fewer than {Words.Count(Findings.EnoughExamples)} examples");
        }
        // TMP120 is said in words above.
        reasons.AddRange(
            findings
                .Where(f => f.Severity == Severity.Error && f.Id != Findings.WeakAttacks)
                .Select(f => f.Id)
                .Distinct(StringComparer.Ordinal)
                .Select(id => $"finding {id}")
        );
        return new Claim(
            reasons.Count == 0 ? ClaimStatus.Supported : ClaimStatus.Refused,
            ClaimSentence.Of(evidence),
            reasons
        );
    }
}
