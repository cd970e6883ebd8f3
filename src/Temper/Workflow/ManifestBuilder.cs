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
            Threat = new(threat.Text, threat.Norm, threat.Epsilon.Value),
            Attacks = [.. attacks.Select(a => new ManifestAttack(a.Name, a.Attack.Id, a.Options, 0) { List = a.List })],
            CleanSeconds = 0,
            Environment = EnvironmentCard.Read(),
            Training = training,
        };
}
