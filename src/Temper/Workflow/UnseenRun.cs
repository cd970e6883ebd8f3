using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Evaluation.Unseen;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>Measures unseen threats after an evaluation and keeps the evidence in its folder.</summary>
internal static class UnseenRun
{
    /// <summary>What the manifest says of the matrix that is asked for; null for none.</summary>
    public static ManifestUnseen? Asked(EvaluationRequest request, int evaluated) =>
        request.Unseen is > 0 and { } examples ? new(Math.Min(examples, evaluated), 0) : null;

    /// <summary>What it costs at most.</summary>
    public static IEnumerable<Errand> Errands(RunManifest manifest, EvaluationPlan plan) =>
        manifest.Unseen is { } unseen ? new UnseenPlan { Evaluation = plan, Examples = unseen.Examples }.Errands() : [];

    /// <summary>A hash of what the matrix is.</summary>
    public static string Identity(ManifestUnseen unseen, string evaluation) =>
        Hashes.Sha256(
            System.Text.Encoding.UTF8.GetBytes(
                new JsonObject { ["evaluation"] = evaluation, ["examples"] = unseen.Examples }.ToJsonString()
            )
        );

    /// <summary>Measures the matrix that the manifest names and writes <c>unseen.csv</c>.</summary>
    /// <returns>The matrix; null when none is asked for.</returns>
    public static UnseenOutcome? Run(
        EvaluationRequest request,
        EvaluationPlan plan,
        RunManifest manifest,
        IReadOnlyList<LedgerRow> ledger,
        string identity,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (manifest.Unseen is not { } unseen)
        {
            return null;
        }
        var whole = new UnseenPlan
        {
            Evaluation = plan,
            Examples = unseen.Examples,
            Known = ledger.Where(r => r.BrokenBy is not null).Select(r => r.Index).ToHashSet(),
        };
        var outcome = new UnseenEvaluator(whole).Run(
            Path.Combine(request.Folder, RunFolder.UnseenJournal),
            Identity(unseen, identity),
            request.Resume,
            progress,
            cancellation
        );
        UnseenCsv.Write(Path.Combine(request.Folder, RunFolder.Unseen), outcome.Rows);
        return outcome;
    }
}
