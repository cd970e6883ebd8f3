namespace Temper.Evaluation;

/// <summary>Why a claim is refused, and what would change that.</summary>
/// <param name="Text">The reason, a few words.</param>
/// <param name="Cure">The command that cures it, or where none does a sentence on what to do.</param>
public sealed record ClaimReason(string Text, string Cure);
