namespace Temper.Attacks;

/// <summary>Which restart of which training step an attack is asked for; it keys the noise.</summary>
/// <param name="Restart">The restart, 0 first.</param>
/// <param name="Step">The training step; 0 in evaluations.</param>
/// <param name="KeepBest">Whether the best iterate is wanted instead of the last.</param>
internal readonly record struct AttackEntry(uint Restart, uint Step, bool KeepBest);
