namespace Temper.Runs;

/// <summary>The matrix of unseen threats of an evaluation.</summary>
/// <param name="Examples">The number of examples: a seeded random subset of those evaluated, or all of them.</param>
/// <param name="Seconds">The wall-clock time it took.</param>
public sealed record ManifestUnseen(int Examples, double Seconds);
