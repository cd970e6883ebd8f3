using Temper.Evaluation;
using Temper.Evaluation.Estimates;

namespace Temper.Workflow;

/// <summary>Estimates from random points, for the protocols that a claim can rest on.</summary>
internal static class EstimatesRun
{
    /// <summary>Looks at a few examples and writes <c>estimates.json</c>, where protocol, model and threat allow it.</summary>
    public static void Run(
        EvaluationRequest request,
        EvaluationPlan plan,
        IReadOnlyList<LedgerRow> ledger,
        CancellationToken cancellation
    )
    {
        var path = Path.Combine(request.Folder, ModelEstimates.FileName);
        if (
            request.Protocol is not { CarriesClaims: true }
            || request.Blind
            || !SlopeSampler.Can(plan.Model, plan.Threat)
        )
        {
            // Of an earlier evaluation into this folder.
            File.Delete(path);
            return;
        }
        var right = ledger.Where(r => r.BrokenBy != LedgerRow.Clean).Select(r => (int)r.Index).ToHashSet();
        SlopeSampler.Run(plan, [.. plan.Probed().Where(right.Contains)], cancellation).Write(path);
    }
}
