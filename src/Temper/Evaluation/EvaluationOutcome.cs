namespace Temper.Evaluation;

/// <summary>The raw evidence of an evaluation.</summary>
/// <param name="Ledger">One row per example, ordered by canonical index.</param>
/// <param name="Attempts">One row per example, attack and restart, in the order they ran.</param>
/// <param name="CleanSeconds">Seconds of the clean pass.</param>
/// <param name="Attacks">Time, notices and surrogates of each attack, in the order of the plan.</param>
/// <param name="Gallery">Some broken examples and some survivors with their points.</param>
public sealed record EvaluationOutcome(
    IReadOnlyList<LedgerRow> Ledger,
    IReadOnlyList<AttemptRow> Attempts,
    double CleanSeconds,
    IReadOnlyList<AttackAccount> Attacks,
    Gallery Gallery
)
{
    /// <summary>Gets time, notices and surrogates of each probe, in the order of the plan.</summary>
    public IReadOnlyList<AttackAccount> Probes { get; init; } = [];

    /// <summary>Gets the point of every example that an attack or a probe broke; null where they would fill 2 GB or more.</summary>
    public BrokenPoints? Points { get; init; }
}
