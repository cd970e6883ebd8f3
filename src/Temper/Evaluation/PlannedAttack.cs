using Temper.Attacks;
using Temper.Errors;
using Temper.Models;
using Temper.Threats;

namespace Temper.Evaluation;

/// <summary>One step of a cascade: an attack under one threat model.</summary>
/// <param name="Name">The name in tables and reports: that of the attack; in a union with an @ and the member's norm behind it.</param>
/// <param name="Asked">
/// The attack's name as asked for. It keys the noise, so that an attack does to an example under a member of a union what it does
/// under that member alone.
/// </param>
/// <param name="Attack">The attack.</param>
/// <param name="Threat">The threat it searches under.</param>
internal sealed record PlannedAttack(string Name, string Asked, Attack Attack, ThreatModel Threat)
{
    /// <summary>The steps for attacks in the order asked: in a union all members of the first attack, then those of the next.</summary>
    /// <param name="threat">The threat of the evaluation.</param>
    /// <param name="attacks">The attacks by name.</param>
    /// <param name="access">What the model offers; an error names attacks that fit.</param>
    /// <exception cref="ThreatException">No attack can search under a member of the union, or one can search under none.</exception>
    public static IReadOnlyList<PlannedAttack> Of(
        ThreatModel threat,
        IReadOnlyList<(string Name, Attack Attack)> attacks,
        Access access = Access.Gradients
    )
    {
        if (threat is not UnionThreat union)
        {
            return [.. attacks.Select(a => new PlannedAttack(a.Name, a.Name, a.Attack, threat))];
        }
        if (union.Goal.IsTargeted)
        {
            throw new ThreatException(
                $"threat {threat.Text}: a union of norms takes no goal so far; aim under one member."
            );
        }
        IReadOnlyList<PlannedAttack> all =
        [
            .. attacks.SelectMany(a =>
                union
                    .Members.Where(a.Attack.Supports)
                    .Select(m => new PlannedAttack($"{a.Name}@{m.Norm}", a.Name, a.Attack, m))
            ),
        ];
        string[] lost = [.. attacks.Select(a => a.Name).Except(all.Select(p => p.Asked), StringComparer.Ordinal)];
        if (lost.Length > 0)
        {
            throw new ThreatException(
                $"attack {string.Join(", ", lost)}: cannot search under any member of {threat.Text}."
            );
        }
        return union.Members.FirstOrDefault(m => attacks.Count > 0 && all.All(p => p.Threat != m)) is { } open
            ? throw new ThreatException(
                $"threat {threat.Text}: none of the attacks asked for ({string.Join(", ", attacks.Select(a => a.Name))}) can search under {open.Text}, so nothing would be known of the union; {Alternatives.For(access, open)}."
            )
            : all;
    }
}
