using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Numerics;
using Temper.Reports;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>Evaluates a model, keeps the evidence in a folder and writes the report from it.</summary>
public static class EvaluationRun
{
    /// <summary>Runs an evaluation.</summary>
    /// <param name="request">What to evaluate.</param>
    /// <param name="clock">Tells the time for the manifest.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellation">Stops between blocks; the journal keeps what is done.</param>
    public static void Run(
        EvaluationRequest request,
        TimeProvider clock,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        request = BlindGradients.Without(request);
        AccessCheck.RunEach(request.Model.Classifier, request.Threat, request.Attacks);
        CurveRun.Check(request);
        var rng = new Rng(request.Seed).Fork("evaluate");
        var selection = Selection.Of(request.Set.Count, request.Limit, request.Sample, rng);
        if (request.Training is null)
        {
            RunFolder.Open(request.Folder, request.Resume);
        }
        using var own = OwnSurrogates.Of(request, selection, progress, cancellation);
        request = own.Request;
        IReadOnlyList<RequestedProbe> probes =
        [
            .. RequestedProbe.Of(request.Protocol, request.Threat, request.Model.Classifier, request.Blind),
            .. TransferRun.Probes(request),
        ];
        var manifestPath = Path.Combine(request.Folder, RunFolder.Manifest);
        // Training wrote it, or an evaluation that is resumed: the run began then.
        var begun = File.Exists(manifestPath) ? RunManifest.Read(manifestPath) : null;
        using var bounds = EvaluationBounds.Of(request);
        var manifest = Manifest(request, selection, clock);
        manifest = manifest with
        {
            Certification = bounds?.Card,
            Protocol = request.Protocol?.Name,
            Surrogates = TransferRun.Cards(request),
            Probes = Probes(request, probes, selection),
            Started = begun?.Started ?? manifest.Started,
            Arithmetic = PassChoice.Of(request.Model.Graph, request.Passes, begun),
        };
        var identity = Identity(manifest);
        CheckJournals(request, manifest, bounds, identity);
        PassChoice.Apply(request.Model.Classifier, manifest.Arithmetic);
        // Written before the look is counted: a run that is killed in between finds by its own beginning whether it was.
        manifest.Write(manifestPath);
        manifest = manifest with
        {
            TestLooks = begun?.TestLooks ?? TestLooks.Count(request.Model.Path, TestLook.Of(manifest, identity)),
        };
        manifest.Write(manifestPath);
        var plan = new EvaluationPlan
        {
            Model = request.Model.Classifier,
            Set = request.Set,
            Indices = selection.Indices,
            Threat = request.Threat,
            Attacks = [.. request.Attacks.Select(a => (a.Name, a.Attack))],
            Probes = [.. probes.Select(p => p.Probe)],
            ProbeExamples = manifest.Probes?.Examples ?? 0,
            Block = request.Block,
            WhenBroken = bounds is null ? null : bounds.See,
            Rng = rng,
        };
        // Before the attacks, so that each meets what is certified and is held against it at once.
        EvaluationBounds.Forget(request.Folder);
        bounds?.Run(selection.Indices, rng, identity, progress, cancellation);
        var pace = new Pace(plan, progress is null ? [] : Errands(request, manifest, plan), progress);
        var outcome = new Evaluator(plan).RunPaced(
            Path.Combine(request.Folder, RunFolder.Journal),
            identity,
            request.Resume,
            pace,
            cancellation
        );
        HealthRun.Run(request, plan, pace, cancellation);
        var curve = CurveRun.Run(request, plan, manifest, outcome.Ledger, identity, pace, cancellation);
        var unseen = UnseenRun.Run(request, plan, manifest, outcome.Ledger, identity, pace, cancellation);
        LedgerCsv.Write(Path.Combine(request.Folder, RunFolder.Ledger), outcome.Ledger);
        AttemptsCsv.Write(Path.Combine(request.Folder, RunFolder.Attempts), outcome.Attempts);
        TransferRun.Run(request, plan, pace, cancellation);
        EstimatesRun.Run(request, plan, outcome.Ledger, pace, cancellation);
        var gallery = outcome.Gallery;
        (gallery with { Items = [.. gallery.Items, .. curve?.Smallest ?? []] }).Write(
            Path.Combine(request.Folder, RunFolder.Gallery)
        );
        var points = Path.Combine(request.Folder, RunFolder.Points);
        if (outcome.Points is { } found)
        {
            found.Write(points, identity);
        }
        else
        {
            File.Delete(points);
        }
        (
            manifest with
            {
                Files = Seals.Of(request.Folder),
                Certification = bounds?.Card,
                CleanSeconds = outcome.CleanSeconds,
                Curve = manifest.Curve is null ? null : manifest.Curve with { Seconds = curve!.Seconds },
                Unseen = manifest.Unseen is null ? null : manifest.Unseen with { Seconds = unseen!.Seconds },
                Attacks = [.. manifest.Attacks.Zip(outcome.Attacks, With)],
                Probes = manifest.Probes is { } asked
                    ? asked with
                    {
                        Attacks = [.. asked.Attacks.Zip(outcome.Probes, With)],
                    }
                    : null,
            }
        ).Write(manifestPath);
        ReportFolder.Write(request.Folder);
    }

    /// <summary>What is done besides the attacks, in this order.</summary>
    internal static IReadOnlyList<Errand> Errands(
        EvaluationRequest request,
        RunManifest manifest,
        EvaluationPlan plan
    ) =>
        [
            .. HealthRun.Errands(request, plan),
            .. CurveRun.Errands(request, manifest, plan),
            .. UnseenRun.Errands(manifest, plan),
            .. TransferRun.Errands(request, plan),
            .. EstimatesRun.Errands(request, plan),
        ];

    /// <summary>Refuses to go on with another evaluation before anything in its folder changes: what is finished there stays whole.</summary>
    private static void CheckJournals(
        EvaluationRequest request,
        RunManifest manifest,
        EvaluationBounds? bounds,
        string identity
    )
    {
        if (!request.Resume)
        {
            return;
        }
        Journal.Check(Path.Combine(request.Folder, RunFolder.Journal), identity);
        bounds?.CheckJournal(identity);
        if (manifest.Curve is { } curve)
        {
            Journal.Check(
                Path.Combine(request.Folder, RunFolder.CurveJournal),
                CurveRun.Identity(request, manifest, curve, identity)
            );
        }
        if (manifest.Unseen is { } unseen)
        {
            Journal.Check(Path.Combine(request.Folder, RunFolder.UnseenJournal), UnseenRun.Identity(unseen, identity));
        }
    }

    private static ManifestProbes? Probes(
        EvaluationRequest request,
        IReadOnlyList<RequestedProbe> probes,
        Selection selection
    ) =>
        probes.Count > 0
            ? new(
                Math.Min(
                    request.Protocol?.Probed ?? TransferRun.Examples,
                    AccessCheck.Targets(request, selection).Count
                ),
                [.. probes.Select(p => p.Entry(request.Threat))]
            )
            : null;

    private static ManifestAttack With(ManifestAttack attack, AttackAccount account) =>
        attack with
        {
            Seconds = account.Seconds,
            Notices = account.Notices.Count > 0 ? account.Notices : null,
            Surrogate = account.Surrogate,
        };

    private static RunManifest Manifest(EvaluationRequest request, Selection selection, TimeProvider clock)
    {
        var model = request.Model;
        return ManifestBuilder.Create(
            new(request.Seed, request.Threads, request.Block, model.Classifier.Device.ToString()),
            ManifestBuilder.Model(model, request.Folder, Notes(request)) with
            {
                // A training run's own report is about itself, and not there the first time.
                StatedClean =
                    request.StatedClean ?? (request.Training is null ? StatedClean.Of(model, request.Set) : null),
            },
            DataSource.Card(request.Set, selection, request.ValidationRule, request.Overlap),
            request.Threat,
            request.Attacks,
            request.Training,
            clock
        ) with
        {
            Curve = CurveRun.Asked(request, AccessCheck.Targets(request, selection).Count),
            Unseen = UnseenRun.Asked(request, selection.Indices.Count),
        };
    }

    /// <summary>What must be said about the model: how it was opened, and where nobody knows what it was trained on.</summary>
    private static IReadOnlyList<string> Notes(EvaluationRequest request)
    {
        const string Looked = "nobody has looked whether examples evaluated here were";
        var unknown =
            request.Overlap is null ? $"Training data unknown: {Looked} trained on."
            : request.Training?.Start is { } start
                ? $"Training started from {start.Path}, and what that was trained on is unknown: {Looked} among it."
            : null;
        IEnumerable<string?> all = [.. request.Model.Notes, unknown, request.Remark];
        return [.. all.OfType<string>()];
    }

    /// <summary>What decides the outcome: two evaluations of one identity have the same ledger.</summary>
    private static string Identity(RunManifest manifest) =>
        Hashes.Sha256(
            System.Text.Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["temper"] = manifest.TemperVersion,
                    ["rng"] = manifest.Rng,
                    ["seed"] = manifest.Seed,
                    ["threads"] = manifest.Threads,
                    ["block"] = manifest.Block,
                    ["device"] = manifest.Device,
                    ["arithmetic"] = JsonText.ToNode(manifest.Arithmetic),
                    ["model"] = manifest.Model.Sha256,
                    ["data"] = manifest.Data.Sha256,
                    ["selection"] = manifest.Data.Selection,
                    ["threat"] = manifest.Threat.Text,
                    ["mask"] = manifest.Threat.Mask,
                    ["attacks"] = Identity(manifest.Attacks),
                    ["surrogates"] = new JsonArray([.. (manifest.Surrogates ?? []).Select(s => (JsonNode)s.Sha256)]),
                    ["probed"] = manifest.Probes?.Examples,
                    ["probes"] = Identity(manifest.Probes?.Attacks ?? []),
                }.ToJsonString()
            )
        );

    private static JsonArray Identity(IReadOnlyList<ManifestAttack> attacks) =>
        new([
            .. attacks.Select(a => new JsonObject
            {
                ["name"] = a.Name,
                ["id"] = a.Id,
                ["options"] = a.Options.DeepClone(),
                ["threat"] = a.Threat,
            }),
        ]);
}
