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
            Attacks = [.. Attacks(threat, attacks)],
            CleanSeconds = 0,
            Environment = EnvironmentCard.Read(),
            Training = training,
        };

    /// <summary>What a manifest says of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="notes">What must be said about it.</param>
    public static ManifestModel Model(ModelFile model, string folder, IReadOnlyList<string> notes) =>
        new(
            RunFolder.Shown(model.Path, folder),
            model.Sha256,
            model.Classifier.Kind,
            model.Architecture,
            model.Parameters,
            model.TrainedFor
        )
        {
            Notes = notes.Count > 0 ? notes : null,
        };

    private static IEnumerable<ManifestAttack> Attacks(ThreatModel threat, IReadOnlyList<RequestedAttack> attacks)
    {
        foreach (var planned in PlannedAttack.Of(threat, [.. attacks.Select(a => (a.Name, a.Attack))]))
        {
            var asked = attacks.First(a => a.Name == planned.Asked);
            yield return new(planned.Name, planned.Attack.Id, asked.Options, 0)
            {
                List = asked.List,
                Threat = planned.Threat == threat ? null : planned.Threat.Text,
            };
        }
    }

    private static ManifestThreat Threat(ThreatModel threat) =>
        new(threat.Text, threat.Norm, threat.Epsilon.Value)
        {
            Mask = threat.Budgets?.Sha256,
            Members = threat is UnionThreat union ? [.. union.Members.Select(Threat)] : null,
        };
}
