using Temper.Evaluation;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Puts a manifest together: before any work with what is known then, and again with what was found.</summary>
internal static class ManifestBuilder
{
    public static RunManifest Create(
        RunSettings settings,
        ManifestModel model,
        ManifestData data,
        ThreatModel threat,
        IReadOnlyList<RequestedAttack> attacks,
        ManifestTraining? training,
        TimeProvider clock
    ) =>
        new()
        {
            Kind = training is null ? RunManifest.Evaluate : RunManifest.Train,
            Started = clock.GetUtcNow(),
            TemperVersion = EnvironmentCard.Version,
            Seed = settings.Seed,
            Rng = Rng.Algorithm,
            Threads = settings.Threads,
            Block = settings.Block,
            Device = settings.Device,
            Model = model,
            Data = data,
            Threat = Threat(threat),
            Attacks =
            [
                .. PlannedAttack
                    .Of(threat, [.. attacks.Select(a => (a.Name, a.Attack))])
                    .Select(p => new ManifestAttack(
                        p.Name,
                        p.Attack.Id,
                        attacks.First(a => a.Name == p.Asked).Options,
                        0
                    )
                    {
                        Threat = p.Threat == threat ? null : p.Threat.Text,
                    }),
            ],
            CleanSeconds = 0,
            Environment = EnvironmentCard.Read(),
            Training = training,
        };

    private static ManifestThreat Threat(ThreatModel threat) =>
        new(threat.Text, threat.Norm, threat.Epsilon.Value)
        {
            Mask = threat.Budgets?.Sha256,
            Members = threat is UnionThreat union ? [.. union.Members.Select(Threat)] : null,
        };
}
