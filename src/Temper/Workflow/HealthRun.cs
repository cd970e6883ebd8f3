using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Evaluation.Health;

namespace Temper.Workflow;

/// <summary>Measures a model's health where a protocol is followed, and keeps the figures in the run's folder.</summary>
internal static class HealthRun
{
    /// <summary>What it costs at most.</summary>
    public static IEnumerable<Errand> Errands(EvaluationRequest request, EvaluationPlan plan) =>
        Subset(request, plan) is { Count: > 0 } subset
            ? [HealthWork.Of(plan.Model, subset.Count, request.Protocol!.Binarises)]
            : [];

    /// <summary>Measures, unless the evaluation that is resumed has done so.</summary>
    public static void Run(
        EvaluationRequest request,
        EvaluationPlan plan,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (Subset(request, plan) is { Count: > 0 } subset)
        {
            var binarises = request.Protocol!.Binarises;
            HealthFile.Write(Path(request), HealthCheck.Measure(plan, subset, binarises, progress, cancellation));
        }
    }

    /// <summary>The probes' own examples, of which there are as many whether or not the model allows any probe; none where nothing is to be measured.</summary>
    private static IReadOnlyList<int> Subset(EvaluationRequest request, EvaluationPlan plan) =>
        // Written whole or not at all, so what is there is complete; the journal sees that the evaluation is the same.
        request.Protocol
            is { } protocol
        && !(request.Resume && File.Exists(Path(request)))
            ? (plan with { ProbeExamples = protocol.Probed }).Probed()
            : [];

    private static string Path(EvaluationRequest request) => System.IO.Path.Combine(request.Folder, HealthFile.Name);
}
