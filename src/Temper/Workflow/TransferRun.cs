using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Evaluation.Probing;
using Temper.Evaluation.Transferring;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>What surrogates add to an evaluation: a probe of their points, and the table of who breaks whom.</summary>
internal static class TransferRun
{
    /// <summary>The examples of the probes where no protocol says how many.</summary>
    public const int Examples = 256;

    /// <summary>What the manifest says of the surrogates; null for none.</summary>
    public static IReadOnlyList<ManifestSurrogate>? Cards(EvaluationRequest request) =>
        request.Surrogates.Count == 0
            ? null
            :
            [
                .. request.Surrogates.Select(
                    (s, i) =>
                        new ManifestSurrogate(RunFolder.Shown(s.Path, request.Folder), s.Sha256)
                        {
                            Training = request.SurrogatePasses.ElementAtOrDefault(i),
                        }
                ),
            ];

    /// <summary>The probe of points crafted on the surrogates, one after the other; none where there are no surrogates, or under a union.</summary>
    public static IReadOnlyList<RequestedProbe> Probes(EvaluationRequest request)
    {
        if (request.Surrogates.Count == 0 || request.Threat is UnionThreat)
        {
            return [];
        }
        var paths = string.Join(Transfer.Separator, request.Surrogates.Select(s => s.Path));
        var attack = RequestedAttack
            .Resolve(
                [new AttackConfig(ProbeNames.Transfer, "transfer")],
                [new AttackOverride(ProbeNames.Transfer, "model", paths)],
                request.Threat
            )
            .Single();
        return attack.Attack.Takes(request.Threat)
            ?
            [
                new(
                    new(ProbeNames.Transfer, attack.Attack, request.Threat),
                    attack with
                    {
                        Options = Shown(request, attack.Options),
                    }
                ),
            ]
            : [];
    }

    /// <summary>The options as the manifest shows them: files in the run's folder go where it goes.</summary>
    private static JsonObject Shown(EvaluationRequest request, JsonObject options)
    {
        var shown = options.DeepClone().AsObject();
        shown["model"] = string.Join(
            Transfer.Separator,
            request.Surrogates.Select(s => RunFolder.Shown(s.Path, request.Folder))
        );
        return shown;
    }

    /// <summary>What the table costs at most, and what the probe does on the surrogates.</summary>
    public static IEnumerable<Errand> Errands(EvaluationRequest request, EvaluationPlan plan)
    {
        var probes = plan
            .Probes.Where(p => p.Attack is Transfer)
            .Select(p => new Errand(
                p.Name,
                "",
                (double)plan.Probed().Count * request.Surrogates.Count,
                ((Transfer)p.Attack).Crafting(plan.Model.Classes),
                plan.ProbeBlock
            ));
        return Can(request) ? [.. probes, TransferMatrix.Errand(plan, request.Surrogates.Count + 1)] : probes;
    }

    private static bool Can(EvaluationRequest request) =>
        request.Surrogates.Count > 0 && TransferMatrix.Can(request.Threat);

    /// <summary>Measures and writes <c>transfer.json</c>, where there are surrogates and the threat allows it.</summary>
    public static void Run(
        EvaluationRequest request,
        EvaluationPlan plan,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var path = Path.Combine(request.Folder, TransferMatrix.FileName);
        if (!Can(request) || Cards(request) is not { } cards)
        {
            // Of an earlier evaluation into this folder.
            File.Delete(path);
            return;
        }
        var model = new ManifestSurrogate(RunFolder.Shown(request.Model.Path, request.Folder), request.Model.Sha256);
        TransferMatrix
            .Measure(
                plan,
                [model, .. cards.Select(card => card with { Training = null })],
                [plan.Model, .. request.Surrogates.Select(s => s.Classifier)],
                progress,
                cancellation
            )
            .Write(path);
    }
}
