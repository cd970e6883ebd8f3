using Temper.Evaluation.Probing;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>A probe with all options resolved.</summary>
/// <param name="Probe">The probe.</param>
/// <param name="Attack">The attack with its options.</param>
internal sealed record RequestedProbe(Probe Probe, RequestedAttack Attack)
{
    /// <summary>The probes of a protocol that a model and a threat allow; under a union each runs under every member it can, and where no gradient reaches the input none that needs one.</summary>
    public static IReadOnlyList<RequestedProbe> Of(
        Protocol? protocol,
        ThreatModel threat,
        IClassifier model,
        bool isBlind = false
    )
    {
        if (protocol is null)
        {
            return [];
        }
        IReadOnlyList<(ThreatModel Threat, string Suffix)> balls = threat is UnionThreat union
            ? [.. union.Members.Select(m => (m, "@" + m.Norm))]
            : [(threat, "")];
        var values = (long)model.Input.Channels * model.Input.Height * model.Input.Width;
        return
        [
            .. protocol.Probes.SelectMany(spec =>
                balls
                    .Select(ball => Resolve(spec, ball.Suffix, Scaled(ball.Threat, spec.Scale, values)))
                    .Where(p =>
                        (isBlind ? Access.Scores : model.Access) <= p.Attack.Attack.Needs
                        && p.Attack.Attack.Takes(p.Probe.Threat)
                    )
            ),
        ];
    }

    /// <summary>The entry of the manifest, before anything is known of time.</summary>
    public ManifestAttack Entry(ThreatModel evaluated) =>
        new(Probe.Name, Probe.Attack.Id, Attack.Options, 0)
        {
            Threat = Probe.Threat == evaluated ? null : Probe.Threat.Text,
        };

    private static RequestedProbe Resolve(ProbeSpec spec, string suffix, ThreatModel threat)
    {
        var name = spec.Name + suffix;
        var attack = RequestedAttack
            .Resolve(
                [new AttackConfig(name, spec.Id)],
                [.. spec.Options.Select(o => new AttackOverride(name, o.Key, o.Value))],
                threat
            )
            .Single();
        return new(new(name, attack.Attack, threat), attack);
    }

    private static ThreatModel Scaled(ThreatModel threat, double scale, long values)
    {
        if (scale == 1)
        {
            return threat;
        }
        var widest = threat.Diameter(values);
        // In decimal arithmetic, so that twice 0.3 is written 0.6.
        var budget = scale > 1e6 ? widest : Math.Min(widest, (double)((decimal)threat.Epsilon.Value * (decimal)scale));
        return threat.With(Epsilon.Of(threat.Affordable(budget)));
    }
}
