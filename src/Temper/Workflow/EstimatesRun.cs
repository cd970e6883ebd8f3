using Temper.Evaluation;
using Temper.Evaluation.Estimates;
using Temper.Evaluation.Foretelling;

namespace Temper.Workflow;

/// <summary>Estimates from random points, for the protocols that a claim can rest on.</summary>
internal static class EstimatesRun
{
    /// <summary>What it costs at most.</summary>
    public static IEnumerable<Errand> Errands(EvaluationRequest request, EvaluationPlan plan) =>
        Can(request, plan) ? [SlopeSampler.Errand(plan.Probed().Count)] : [];

    /// <summary>Looks at a few examples and writes <c>estimates.json</c>, where protocol, model and threat allow it.</summary>
    public static void Run(
        EvaluationRequest request,
        EvaluationPlan plan,
        IReadOnlyList<LedgerRow> ledger,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var path = Path.Combine(request.Folder, ModelEstimates.FileName);
        if (!Can(request, plan))
        {
            // Of an earlier evaluation into this folder.
            File.Delete(path);
            return;
        }
        var right = ledger.Where(r => r.BrokenBy != LedgerRow.Clean).Select(r => (int)r.Index).ToHashSet();
        SlopeSampler.Run(plan, [.. plan.Probed().Where(right.Contains)], progress, cancellation).Write(path);
    }

    private static bool Can(EvaluationRequest request, EvaluationPlan plan) =>
        request.Protocol is { CarriesClaims: true } && !request.Blind && SlopeSampler.Can(plan.Model, plan.Threat);
}
