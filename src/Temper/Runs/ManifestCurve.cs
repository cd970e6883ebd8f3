namespace Temper.Runs;

/// <summary>The curve of accuracy against ε of an evaluation.</summary>
/// <param name="Attack">The name of the attack that measured it, one of the manifest's.</param>
/// <param name="Examples">The number of examples: a seeded random subset of those evaluated, or all of them.</param>
/// <param name="Seconds">The wall-clock time it took.</param>
public sealed record ManifestCurve(string Attack, int Examples, double Seconds);
