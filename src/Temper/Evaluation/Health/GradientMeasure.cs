using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>Looks for input gradients that a search cannot follow.</summary>
internal static class GradientMeasure
{
    private static readonly AttackLoss[] Losses = [CrossEntropy.Instance, Dlr.Instance, Margin.Instance];

    /// <summary>Tells whether a gradient reaches the input.</summary>
    /// <param name="subject">The model and its examples.</param>
    /// <returns>Null where it does; else why not.</returns>
    public static string? Missing(HealthSubject subject)
    {
        try
        {
            foreach (var loss in Fitting(subject))
            {
                InputGradient.Probe(subject.Model, loss, subject.Batch.Inputs, subject.Batch.Labels);
            }
            return null;
        }
        catch (ModelException e)
        {
            return e.Message;
        }
    }

    /// <summary>Counts the gradients that are zero or not finite, for each loss, at the clean inputs and at random starts.</summary>
    /// <param name="subject">The model, whose gradient reaches the input, and its examples.</param>
    public static IReadOnlyList<GradientHealth> Measure(HealthSubject subject)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var batch = subject.Correct;
        var threat = subject.Members[0];
        var start = threat.RandomStart(batch.Inputs, batch.Indices, subject.Rng.Fork("start"));
        return
        [
            .. Fitting(subject).Select(loss => Count(subject, threat, loss, GradientHealth.Clean, batch.Inputs)),
            .. Fitting(subject).Select(loss => Count(subject, threat, loss, GradientHealth.Start, start)),
        ];
    }

    private static IEnumerable<AttackLoss> Fitting(HealthSubject subject) =>
        Losses.Select(loss => loss.Fitting(subject.Model.Classes)).DistinctBy(loss => loss.Id);

    private static GradientHealth Count(
        HealthSubject subject,
        ThreatModel threat,
        AttackLoss loss,
        string point,
        Tensor x
    )
    {
        subject.Cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        var batch = subject.Correct;
        var (_, _, gradient) = InputGradient.Compute(subject.Model, loss, x, batch.Labels);
        threat.Budgets?.Silence(gradient);
        var rows = gradient.flatten(1);
        // NaN is not equal to zero, so no example counts twice.
        var zero = rows.eq(0).all(1).sum().item<long>();
        var bad = rows.isfinite().logical_not().any(1).sum().item<long>();
        return new(loss.Id, point, batch.Count, (int)zero, (int)bad);
    }
}
