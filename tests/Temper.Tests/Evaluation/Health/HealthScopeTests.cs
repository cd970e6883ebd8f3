using Temper.Errors;
using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Serialization;
using Temper.Tests.Kit;

namespace Temper.Tests.Evaluation.Health;

/// <summary>Threats and models for which not everything can be measured.</summary>
public sealed class HealthScopeTests
{
    private static readonly int[] Subset = [.. Enumerable.Range(0, 24)];

    [Theory]
    [InlineData("linf:0.1", true)]
    [InlineData("l2:0.5", true)]
    [InlineData("l1:4", true)]
    [InlineData("l0:6", false)]
    [InlineData("l0:6+l2:0.5", true)]
    [InlineData("linf:0.1 target=2", true)]
    public void Every_threat_is_measured_under_and_what_cannot_be_is_left_out(string threat, bool hasScale)
    {
        using var model = HealthCheckTests.Honest();
        var health = HealthCheck.Measure(HealthCheckTests.Plan(model, threat), Subset, null, default);
        Assert.Equal(hasScale, health.Scale is not null);
        Assert.NotNull(health.Convergence);
        Assert.Equal(6, health.InputGradients!.Count);
        Assert.Equal(0, health.Flatness!.Far);
    }

    [Fact]
    public void Two_classes_have_no_ratio_of_scores()
    {
        using var model = HealthCheckTests.Honest(classes: 2);
        var set = Toy.Stripes(Subset.Length, seed: 3, classes: 2);
        var health = HealthCheck.Measure(HealthCheckTests.Plan(model, "linf:0.1", set), Subset, null, default);
        Assert.Equal(["ce", "margin", "ce", "margin"], health.InputGradients!.Select(g => g.Loss));
        Assert.Equal(0, health.Outputs!.Softmax);
    }

    [Fact]
    public void Of_a_model_that_shows_labels_only_randomness_and_dependence_are_measured()
    {
        using var model = new LabelsOnly(HealthCheckTests.Honest());
        var health = HealthCheck.Measure(HealthCheckTests.Plan(model, "linf:0.1"), Subset, null, default);
        Assert.Equal((0, 0), (health.Randomness!.Changed, health.Batch!.Changed));
        Assert.Null(health.GradientReachesInput);
        Assert.Null(health.Outputs);
        Assert.Null(health.Stability);
        Assert.Null(health.GradientMode);
        Assert.Equal(2, health.Notes.Count);
        Assert.Equal(0, health.Gradients);
    }

    [Fact]
    public void Every_pass_is_counted_and_nothing_is_left_behind()
    {
        using var model = Bent.Of(HealthCheckTests.Honest());
        var plan = HealthCheckTests.Plan(model, "linf:0.1");
        var told = new List<EvaluationProgress>();
        // The first run makes what lives as long as the process.
        var first = HealthCheck.Measure(plan, Subset, null, default);
        using (new LeakGuard())
        {
            var again = HealthCheck.Measure(plan, Subset, new Listener(told), default);
            Assert.Equal(JsonText.Write(first), JsonText.Write(again));
        }
        var n = Subset.Length;
        // Six gradients, one for what it foretells, 41 of PGD and at most 20 of each of two searches.
        Assert.InRange(first.Gradients, (6 + 1 + 41 + 2) * n, (6 + 1 + 41 + 40) * n);
        // Scores, four repeats, another order, alone, 24 points nearby, one tiny, one far, one with gradients; two of each search, and
        // one row for each of five probes for a gradient.
        Assert.InRange(first.Forwards - first.Gradients, 34 * n, (38 * n) + 5);
        Assert.Equal(Enumerable.Range(1, 11), told.Select(p => p.Done));
        Assert.All(told, p => Assert.Equal((HealthCheck.Stage, 11), (p.Stage, p.Total)));
    }

    [Fact]
    public void It_stops_when_told_and_refuses_nothing_to_measure_on()
    {
        using var model = HealthCheckTests.Honest();
        var plan = HealthCheckTests.Plan(model, "linf:0.1");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => HealthCheck.Measure(plan, Subset, null, stop.Token));
        Assert.Throws<UsageException>(() => HealthCheck.Measure(plan, [], null, default));
    }

    private sealed class Listener(List<EvaluationProgress> told) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => told.Add(value);
    }
}
