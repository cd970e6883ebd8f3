using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>Looks for input gradients that a search cannot follow.</summary>
internal static class GradientMeasure
{
    /// <summary>The points nearby at which gradients are held against changes.</summary>
    public const int Points = 4;

    // Of the box, on top of a random start: images hold areas of one value, where all of a pooling window tie and no gradient tells
    // all directions, and some networks are made to overlook little noise.
    private const double AsideShare = 8.0 / 255;

    // Of the box: near enough for a network of straight pieces to be straight, far enough to meet jumps.
    private const double NearbyShare = 1e-3;

    // Of the largest score: what some hundred roundings of float32 come to.
    private const double RoundingShare = 1e-5;

    /// <summary>Gets the losses whose gradients are looked at, of models with enough classes.</summary>
    public static IReadOnlyList<AttackLoss> Losses { get; } = [CrossEntropy.Instance, Dlr.Instance, Margin.Instance];

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

    /// <summary>Holds the change of the margin at points very near against what its gradient foretells.</summary>
    /// <param name="subject">The model, whose gradient reaches the input, and its examples.</param>
    /// <returns>Null where nothing changes by more than rounding.</returns>
    public static AgreementHealth? Agreement(HealthSubject subject)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (clean, labels) = subject.Correct;
        var examples = subject.Correct.Indices;
        double width = subject.Threat.Box.High - subject.Threat.Box.Low;
        var start = subject.Members[0].RandomStart(clean, examples, subject.Rng.Fork("start"));
        var inputs = subject.Near(start, examples, AsideShare * width, "aside", 0);
        var (logits, margins, gradient) = InputGradient.Compute(subject.Model, Margin.Instance, inputs, labels);
        var radius = NearbyShare * width;
        var errors = zeros_like(margins);
        var changes = zeros_like(margins);
        for (var point = 0; point < Points; point++)
        {
            subject.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var near = subject.Near(inputs, examples, radius, "agreement", point);
            var change = Margin.Instance.PerExample(subject.Model.Logits(near), labels) - margins;
            var foretold = ((near - inputs) * gradient).flatten(1).sum(1);
            errors.add_((change - foretold).abs());
            changes.add_(change.abs() + foretold.abs());
        }
        var rounding = logits.abs().amax([1]) * (Points * RoundingShare);
        // Not a number fails the comparison: such examples are counted elsewhere.
        var isTold = changes.gt(rounding).logical_and(changes.isfinite());
        var shares = Tensors.ToArray<float>((errors / changes)[isTold]);
        return shares.Length == 0 ? null : new(shares.Length, Points, radius, shares.Average(share => (double)share));
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
