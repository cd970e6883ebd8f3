namespace Temper.Evaluation;

/// <summary>One sentence about an evaluation, bound to data, threat, attacks, n and interval.</summary>
/// <param name="Status">Whether the evidence supports it.</param>
/// <param name="Sentence">The sentence; also given when refused, since the counts stand either way.</param>
/// <param name="Reasons">Why it is refused, with what cures each; empty when supported.</param>
public sealed record Claim(ClaimStatus Status, string Sentence, IReadOnlyList<ClaimReason> Reasons)
{
    /// <summary>The reason given while no attack ensemble of sufficient strength has run.</summary>
    public const string AttacksInsufficient = "attacks insufficient";

    /// <summary>Gets status and reasons in one line, such as <c>refused: attacks insufficient</c>.</summary>
    public string Verdict =>
        Status == ClaimStatus.Supported ? "supported" : $"refused: {string.Join("; ", Reasons.Select(r => r.Text))}";

    /// <summary>
    /// Judges the evidence: supported only for the protocol standard or full with the whole of its attacks, on the test split, all of
    /// it or at least 1,000 of it drawn at random, with any wrong class as the goal, and no finding that is an error.
    /// </summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="findings">The findings about it.</param>
    public static Claim From(Evidence evidence, IReadOnlyList<Finding> findings)
    {
        IReadOnlyList<ClaimReason> reasons = [.. ClaimRules.Broken(evidence, findings)];
        return new Claim(
            reasons.Count == 0 ? ClaimStatus.Supported : ClaimStatus.Refused,
            ClaimSentence.Of(evidence),
            reasons
        );
    }
}
