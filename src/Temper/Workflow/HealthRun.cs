using Temper.Evaluation;
using Temper.Evaluation.Health;

namespace Temper.Workflow;

/// <summary>Measures a model's health where a protocol is followed, and keeps the figures in the run's folder.</summary>
internal static class HealthRun
{
    /// <summary>Measures, unless the evaluation that is resumed has done so.</summary>
    public static void Run(
        EvaluationRequest request,
        EvaluationPlan plan,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var path = Path.Combine(request.Folder, HealthFile.Name);
        // Written whole or not at all, so what is there is complete; the journal has seen that the evaluation is the same.
        if (request.Protocol is not { } protocol || (request.Resume && File.Exists(path)))
        {
            return;
        }
        // The probes' own examples, of which there are as many whether or not the model allows any probe.
        var subset = (plan with { ProbeExamples = protocol.Probed }).Probed();
        if (subset.Count > 0)
        {
            HealthFile.Write(path, HealthCheck.Measure(plan, subset, protocol.Binarises, progress, cancellation));
        }
    }
}
