using Temper.Losses;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>Looks at scores: of what kind they are, how they change nearby, and whether they change at all.</summary>
internal static class ScoreMeasure
{
    /// <summary>The points nearby at which stability is measured.</summary>
    public const int Points = 20;

    // Of the box. Two steps of 8-bit images: less than what honest networks answer to, more than enough to meet jumps.
    private const double NearbyShare = 2.0 / 255;

    // Of the box. Far above the last bits of float32, far below the levels of anything that is rounded.
    private const double TinyShare = 1e-5;

    // Sums of float32 probabilities are off by some 1e-7 for each class.
    private const double SumSlack = 1e-4;

    /// <summary>Tells of what kind the scores are.</summary>
    /// <param name="subject">The model and its examples.</param>
    public static OutputHealth Outputs(HealthSubject subject)
    {
        var (softmax, logSoftmax, bad) = (0, 0, 0);
        for (var row = 0; row < subject.Scores.Count; row++)
        {
            double[] scores = [.. subject.Scores.Row(row).ToArray().Select(s => (double)s)];
            if (!scores.All(double.IsFinite))
            {
                bad++;
                continue;
            }
            softmax += scores.All(s => s is >= 0 and <= 1) && Math.Abs(scores.Sum() - 1) < SumSlack ? 1 : 0;
            var highest = scores.Max();
            logSoftmax += Math.Abs(highest + Math.Log(scores.Sum(s => Math.Exp(s - highest)))) < SumSlack ? 1 : 0;
        }
        var predictions = Enumerable.Range(0, subject.Scores.Count).Select(subject.Scores.Prediction).ToArray();
        return new(
            predictions.Length,
            softmax,
            logSoftmax,
            bad,
            predictions.Distinct().Count(),
            predictions.CountBy(p => p).Max(c => c.Value),
            subject.Labels.CountBy(l => l).Max(c => c.Value)
        );
    }

    /// <summary>Measures how the margins of the correct examples change at random points nearby.</summary>
    /// <param name="subject">The model and its examples.</param>
    /// <returns>Null where the median margin is no scale to measure by.</returns>
    public static StabilityHealth? Stability(HealthSubject subject)
    {
        var median = subject.MedianMargin;
        if (!(median > 0) || !double.IsFinite(median))
        {
            return null;
        }
        var radius = NearbyShare * (subject.Threat.Box.High - subject.Threat.Box.Low);
        var labels = Tensors.ToArray<long>(subject.Correct.Labels);
        var sum = 0.0;
        for (var point = 0; point < Points; point++)
        {
            using var near = subject.Near(subject.Correct.Inputs, subject.Correct.Indices, radius, "stability", point);
            var scores = subject.Ask(near);
            for (var row = 0; row < labels.Length; row++)
            {
                var before = subject.Margins[row];
                var change = Math.Abs(Margin.Of(scores.Row(row), (int)labels[row]) - before);
                var share = change / Math.Max(median, Math.Abs(before));
                // Not a number counts as the largest change.
                sum += share < 1 ? share : 1;
            }
        }
        return new(labels.Length, Points, radius, sum / (Points * labels.Length));
    }

    /// <summary>Counts the examples whose scores do not change when the input does.</summary>
    /// <param name="subject">The model and its examples.</param>
    public static FlatnessHealth Flatness(HealthSubject subject)
    {
        var radius = TinyShare * (subject.Threat.Box.High - subject.Threat.Box.Low);
        using var near = subject.Near(subject.Batch.Inputs, subject.Batch.Indices, radius, "flatness", 0);
        return new(subject.Batch.Count, radius, Same(subject, near), Far(subject));
    }

    private static int? Far(HealthSubject subject)
    {
        var threat = subject.Members[0];
        var third = threat.Affordable(threat.Epsilon.Value / 3);
        if (third <= 0)
        {
            return null;
        }
        using var noGrad = no_grad();
        using var far = threat
            .With(Epsilon.Of(third))
            .RandomStart(subject.Batch.Inputs, subject.Batch.Indices, subject.Rng.Fork("far"));
        return Same(subject, far);
    }

    private static int Same(HealthSubject subject, Tensor x)
    {
        var scores = subject.Ask(x);
        return Enumerable.Range(0, scores.Count).Count(row => scores.Row(row).SequenceEqual(subject.Scores.Row(row)));
    }
}
