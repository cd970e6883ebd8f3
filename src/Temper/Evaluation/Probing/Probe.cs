using Temper.Attacks;
using Temper.Threats;

namespace Temper.Evaluation.Probing;

/// <summary>An attack that meets every example of a fixed random subset that is right without an attack, so that attacks can be compared.</summary>
/// <param name="Name">Its name in this evaluation; it begins with <see cref="Prefix"/>.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Threat">What it searches under: the threat of the evaluation, or one with another budget.</param>
public sealed record Probe(string Name, Attack Attack, ThreatModel Threat)
{
    /// <summary>What the name of every probe begins with.</summary>
    public const string Prefix = "probe.";
}
