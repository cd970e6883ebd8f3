namespace Temper.Evaluation.Unseen;

/// <summary>The matrix of unseen threats.</summary>
/// <param name="Rows">The clean row, then one row per threat and size.</param>
/// <param name="Seconds">The wall-clock time.</param>
public sealed record UnseenOutcome(IReadOnlyList<UnseenRow> Rows, double Seconds);
