using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>Short searches, to see what they depend on and whether they are at their end.</summary>
internal static class SearchMeasure
{
    private const int ScaleSteps = 20;

    /// <summary>The steps of the search whose end is looked at.</summary>
    public const int Steps = 40;
    private const int Last = 10;

    /// <summary>The examples that are followed at most: enough to see a share of some percent; this is the dearest of all measurements.</summary>
    public const int MostFollowed = 128;
    private const double StepShare = 0.1;
    private const double WorthwhileShare = 0.05;

    // Below this share of the margin a gain is rounding.
    private const double Nothing = 1e-5;

    /// <summary>Gets the search that is run on the scores as they are and multiplied.</summary>
    public static Apgd ScaleSearch { get; } = new(new() { Steps = ScaleSteps, Loss = LossKind.Ce });

    /// <summary>Runs the same search on the scores as they are and multiplied.</summary>
    /// <param name="subject">The model, whose gradient reaches the input, and its examples.</param>
    /// <returns>Null where the median margin is no scale, or the search does not know the threat.</returns>
    public static ScaleHealth? Scale(HealthSubject subject)
    {
        var median = subject.MedianMargin;
        if (!(median > 0) || !double.IsFinite(1 / median) || subject.ThreatFor(ScaleSearch.Takes) is not { } threat)
        {
            return null;
        }
        // A power of two leaves every score's digits as they are.
        var factor = Math.Pow(2, -Math.Round(Math.Log2(median)));
        var plain = Broken(subject, threat, 1);
        var scaled = Broken(subject, threat, factor);
        var pairs = plain.Zip(scaled).CountBy(pair => pair).ToDictionary();
        return new(
            plain.Length,
            ScaleSteps,
            median,
            factor,
            pairs.GetValueOrDefault((true, true)),
            pairs.GetValueOrDefault((false, true)),
            pairs.GetValueOrDefault((true, false)),
            pairs.GetValueOrDefault((false, false))
        );
    }

    /// <summary>Ascends the margin by PGD and follows the best one of each example.</summary>
    /// <param name="subject">The model, whose gradient reaches the input, and its examples.</param>
    /// <returns>Null where everything was broken.</returns>
    public static ConvergenceHealth? Convergence(HealthSubject subject)
    {
        var threat = subject.Members[0];
        var best = BestMargins(subject, threat);
        double[] shares =
        [
            .. best[^1]
                .Select((end, row) => (Start: best[0][row], Middle: best[^(Last + 1)][row], End: end))
                .Where(b => b.End < 0)
                .Select(b =>
                    (double)b.End - b.Start > Nothing * Math.Abs(b.Start)
                        ? ((double)b.End - b.Middle) / ((double)b.End - b.Start)
                        : 0
                ),
        ];
        return shares.Length == 0
            ? null
            : new(shares.Length, Steps, Last, shares.Count(s => s > WorthwhileShare), shares.Average());
    }

    /// <summary>The best margin of each example after each step, the start first.</summary>
    private static float[][] BestMargins(HealthSubject subject, ThreatModel threat)
    {
        using var noGrad = no_grad();
        using var batch = subject.Correct.Select([
            .. Enumerable.Range(0, Math.Min(MostFollowed, subject.Correct.Count)),
        ]);
        using var region = threat.Around(batch.Inputs);
        using var x = threat.RandomStart(batch.Inputs, batch.Indices, subject.Rng.Fork("convergence"));
        using var pass = GraphPass.Open(subject.Model, batch.Count);
        var best = new float[Steps + 1][];
        for (var step = 0; step <= Steps; step++)
        {
            subject.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (_, losses, gradient) = InputGradient.Compute(subject.Model, pass, Margin.Instance, x, batch.Labels);
            // Not a number is an error of the model, so it is broken.
            var margins = Tensors.ToArray<float>(losses).Select(m => float.IsNaN(m) ? float.PositiveInfinity : m);
            best[step] = [.. step == 0 ? margins : margins.Zip(best[step - 1], Math.Max)];
            threat.Budgets?.Silence(gradient);
            region.StepInPlace(x, gradient.nan_to_num_(0, 0, 0), StepShare * threat.Epsilon.Value);
        }
        return best;
    }

    private static bool[] Broken(HealthSubject subject, ThreatModel threat, double factor)
    {
        // Wrapped also where nothing is multiplied: both ways compute alike.
        using var model = new ScaledClassifier(subject.Model, factor);
        using var found = ScaleSearch.Run(
            model,
            subject.Correct,
            threat,
            subject.Rng.Fork("scale"),
            subject.Cancellation
        );
        subject.Model.Meter.AddGradients(found.Gradients.Sum());
        return found.Broken;
    }
}
