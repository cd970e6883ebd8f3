namespace Temper.Workflow;

/// <summary>How many examples an attack broke.</summary>
/// <param name="Broken">The examples broken by float32 points; a clean error counts as broken.</param>
/// <param name="Total">The examples attacked.</param>
/// <param name="Rounded">The same of the points as 8-bit values; null where these were not asked for.</param>
public sealed record AttackOutcome(int Broken, int Total, RoundedOutcome? Rounded)
{
    /// <summary>Gets what the attack did otherwise than asked, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
