namespace Temper.Evaluation.Health;

/// <summary>What figures say that cannot be.</summary>
internal static class HealthProblem
{
    /// <summary>The first count that is not between 0 and its n, or number that is not one; null where all can be.</summary>
    public static string? Of(ModelHealth health) =>
        Counts(health)
            .Where(c => c.Count < 0 || c.Count > c.N)
            .Select(c => $"{c.Field}: found {c.Count}, expected a count from 0 to {c.N}.")
            .Concat(
                Numbers(health)
                    .Where(n => !(double.IsFinite(n.Value) && n.Value >= 0))
                    .Select(n => $"{n.Field}: found {n.Value}, expected a finite number from 0.")
            )
            .Concat(Sums(health))
            .FirstOrDefault();

    private static IEnumerable<(string Field, long Count, long N)> Counts(ModelHealth health)
    {
        yield return ("n", health.N, int.MaxValue);
        yield return ("correct", health.Correct, health.N);
        yield return ("forwards", health.Forwards, long.MaxValue);
        yield return ("gradients", health.Gradients, long.MaxValue);
        foreach (var g in health.InputGradients ?? [])
        {
            yield return ("inputGradients[].n", g.N, health.N);
            yield return ("inputGradients[].zero", g.Zero, g.N);
            yield return ("inputGradients[].nonFinite", g.NonFinite, g.N - g.Zero);
        }
        if (health.Agreement is { } agreement)
        {
            yield return ("agreement.n", agreement.N, health.N);
            yield return ("agreement.points", agreement.Points, int.MaxValue);
        }
        if (health.Stability is { } stability)
        {
            yield return ("stability.n", stability.N, health.N);
            yield return ("stability.points", stability.Points, int.MaxValue);
        }
        if (health.Randomness is { } randomness)
        {
            yield return ("randomness.n", randomness.N, health.N);
            yield return ("randomness.forwards", randomness.Forwards, int.MaxValue);
            yield return ("randomness.changed", randomness.Changed, randomness.N);
        }
        if (health.Outputs is { } outputs)
        {
            yield return ("outputs.n", outputs.N, health.N);
            yield return ("outputs.softmax", outputs.Softmax, outputs.N);
            yield return ("outputs.logSoftmax", outputs.LogSoftmax, outputs.N);
            yield return ("outputs.nonFinite", outputs.NonFinite, outputs.N);
            yield return ("outputs.classes", outputs.Classes, outputs.N);
            yield return ("outputs.mostPredicted", outputs.MostPredicted, outputs.N);
            yield return ("outputs.mostFrequent", outputs.MostFrequent, outputs.N);
        }
        if (health.Batch is { } batch)
        {
            yield return ("batch.n", batch.N, health.N);
            yield return ("batch.alone", batch.Alone, batch.N);
            yield return ("batch.changed", batch.Changed, batch.N);
        }
        if (health.GradientMode is { } mode)
        {
            yield return ("gradientMode.n", mode.N, health.N);
            yield return ("gradientMode.changed", mode.Changed, mode.N);
        }
        if (health.Scale is { } scale)
        {
            yield return ("scale.n", scale.N, health.N);
            yield return ("scale.both", scale.Both, scale.N);
            yield return ("scale.onlyScaled", scale.OnlyScaled, scale.N);
            yield return ("scale.onlyPlain", scale.OnlyPlain, scale.N);
            yield return ("scale.neither", scale.Neither, scale.N);
        }
        if (health.Convergence is { } convergence)
        {
            yield return ("convergence.n", convergence.N, health.N);
            yield return ("convergence.last", convergence.Last, convergence.Steps);
            yield return ("convergence.stillImproving", convergence.StillImproving, convergence.N);
        }
        if (health.Binarisation is { } b)
        {
            yield return ("binarisation.tried", b.Tried, health.N);
            yield return ("binarisation.n", b.N, b.Tried);
            yield return ("binarisation.broken", b.Broken, b.N);
            yield return ("binarisation.brokenAtRandom", b.BrokenAtRandom, b.N);
            yield return ("binarisation.inner", b.Inner, int.MaxValue);
            yield return ("binarisation.steps", b.Steps, int.MaxValue);
            yield return ("binarisation.draws", b.Draws, int.MaxValue);
        }
        if (health.Flatness is { } flatness)
        {
            yield return ("flatness.n", flatness.N, health.N);
            yield return ("flatness.near", flatness.Near, flatness.N);
            yield return ("flatness.far", flatness.Far ?? 0, flatness.N);
        }
    }

    private static IEnumerable<(string Field, double Value)> Numbers(ModelHealth health) =>
        [
            ("agreement.radius", health.Agreement?.Radius ?? 0),
            ("agreement.meanError", health.Agreement?.MeanError ?? 0),
            ("stability.radius", health.Stability?.Radius ?? 0),
            ("stability.meanChange", health.Stability?.MeanChange ?? 0),
            ("randomness.maxDifference", health.Randomness?.MaxDifference ?? 0),
            ("batch.maxDifference", health.Batch?.MaxDifference ?? 0),
            ("gradientMode.maxDifference", health.GradientMode?.MaxDifference ?? 0),
            ("scale.medianMargin", health.Scale?.MedianMargin ?? 0),
            ("scale.factor", health.Scale?.Factor ?? 0),
            ("convergence.meanImprovement", health.Convergence?.MeanImprovement ?? 0),
            ("flatness.radius", health.Flatness?.Radius ?? 0),
        ];

    private static IEnumerable<string> Sums(ModelHealth health)
    {
        if (health.Scale is { } s && s.Both + s.OnlyScaled + s.OnlyPlain + s.Neither != s.N)
        {
            yield return $"scale: both, onlyScaled, onlyPlain and neither are {s.Both + s.OnlyScaled + s.OnlyPlain + s.Neither} in all, expected n, which is {s.N}.";
        }
    }
}
