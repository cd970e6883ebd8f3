namespace Temper.Runs;

/// <summary>The probes of an evaluation: attacks that each meet the whole of a fixed random subset, for the diagnostics.</summary>
/// <param name="Examples">The number of examples of the subset, a seeded random one of those evaluated.</param>
/// <param name="Attacks">The probes, in the order they ran; each may search under a threat of its own.</param>
public sealed record ManifestProbes(int Examples, IReadOnlyList<ManifestAttack> Attacks);
