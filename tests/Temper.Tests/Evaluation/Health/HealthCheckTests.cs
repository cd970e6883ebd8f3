using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation.Health;

/// <summary>A linear classifier that gets striped images right, and what each way of bending it does to the figures.</summary>
public sealed class HealthCheckTests
{
    private const int Examples = 48;

    [Fact]
    public void An_honest_network_shows_nothing()
    {
        using var model = Honest();
        var health = Measure(model);
        Assert.Equal((Examples, Examples, true), (health.N, health.Correct, health.GradientReachesInput));
        Assert.Empty(health.Notes);
        Assert.Equal(
            [
                ("ce", "clean"),
                ("dlr", "clean"),
                ("margin", "clean"),
                ("ce", "start"),
                ("dlr", "start"),
                ("margin", "start"),
            ],
            health.InputGradients!.Select(g => (g.Loss, g.Point))
        );
        Assert.All(health.InputGradients!, g => Assert.Equal((Examples, 0, 0), (g.N, g.Zero, g.NonFinite)));
        Assert.Equal(new(Examples, 5, 0, 0), health.Randomness);
        Assert.Equal(new(Examples, 0, 0, 0, 3, 16, 16), health.Outputs);
        Assert.Equal((Examples, 32, 0), (health.Batch!.N, health.Batch.Alone, health.Batch.Changed));
        Assert.InRange(health.Batch.MaxDifference, 0, 1e-5);
        Assert.InRange(health.GradientMode!.MaxDifference, 0, 1e-5);
        Assert.InRange(health.Stability!.MeanChange, 1e-5, 0.02);
        Assert.InRange(health.Agreement!.MeanError, 0, 1e-3);
        Assert.Equal((0, 0), (health.Flatness!.Near, health.Flatness.Far));
        // Nothing is left to gain once every value is at its end.
        Assert.Equal((0, 0d), (health.Convergence!.StillImproving, health.Convergence.MeanImprovement));
    }

    [Fact]
    public void Large_scores_starve_the_cross_entropy_and_stop_its_attack()
    {
        using var honest = Honest();
        var before = Measure(honest, "linf:0.4");
        Assert.Equal((Examples, 0), (before.Scale!.Both, before.Scale.OnlyScaled));
        using var model = Bent.Of(Honest(), after: z => z * 1000);
        var health = Measure(model, "linf:0.4");
        Assert.Equal(Examples, Gradient(health, "ce", "clean").Zero);
        Assert.Equal(0, Gradient(health, "margin", "clean").Zero);
        Assert.Equal((Examples, 0, 0), (health.Scale!.OnlyScaled, health.Scale.OnlyPlain, health.Scale.Neither));
        Assert.InRange(health.Scale.MedianMargin * health.Scale.Factor, 0.7, 1.5);
    }

    [Fact]
    public void Rounded_inputs_have_no_gradient_and_flat_scores()
    {
        using var model = Bent.Of(Honest(), before: x => (x * 7).round() / 7);
        var health = Measure(model);
        Assert.True(health.GradientReachesInput);
        Assert.All(health.InputGradients!, g => Assert.Equal(Examples, g.Zero));
        Assert.InRange(health.Flatness!.Near, Examples * 9 / 10, Examples);
        Assert.InRange(health.Flatness.Far!.Value, 0, Examples / 2);
        Assert.InRange(health.Agreement?.N ?? 0, 0, Examples / 2);
    }

    [Fact]
    public void A_gradient_that_is_no_number_is_counted()
    {
        // The root's slope at zero is infinite, and zero times that is not a number; the scores stay as they are.
        using var model = Bent.Of(Honest(), after: z => z + ((z - z).sqrt() * 0));
        var health = Measure(model);
        Assert.All(health.InputGradients!, g => Assert.Equal((0, Examples), (g.Zero, g.NonFinite)));
        Assert.Equal(0, health.Outputs!.NonFinite);
    }

    [Fact]
    public void A_detached_network_is_told_without_an_error()
    {
        using var model = Bent.Of(Honest(), before: x => x.detach());
        var health = Measure(model);
        Assert.False(health.GradientReachesInput);
        Assert.Null(health.InputGradients);
        Assert.Null(health.Agreement);
        Assert.Null(health.Scale);
        Assert.Null(health.Convergence);
        Assert.Contains("no gradient reaches the input", Assert.Single(health.Notes), StringComparison.Ordinal);
        Assert.Equal(Examples, health.Outputs!.N);
    }

    [Fact]
    public void Noise_on_the_input_is_randomness_and_not_stable()
    {
        using var model = Bent.Of(Honest(), before: x => x + (randn_like(x) * 0.5));
        manual_seed(1);
        var health = Measure(model);
        // Answers that differ altogether where their own length is small: the floor of that length bounds the ratio.
        Assert.InRange(health.Randomness!.MaxDifference, 0.01, 256);
        Assert.InRange(health.Randomness.Changed, 1, Examples);
        Assert.Null(health.Batch);
        Assert.Null(health.GradientMode);
        Assert.Contains("answers differently each time", Assert.Single(health.Notes), StringComparison.Ordinal);
        Assert.InRange(health.Agreement!.MeanError, 0.5, 1);
        Assert.InRange(health.Stability!.MeanChange, 0.1, 1);
    }

    [Fact]
    public void Jumps_are_not_stable_though_they_are_not_random()
    {
        using var model = Bent.Of(Honest(), before: x => x + (x * 1000).remainder(2).gt(1).to(ScalarType.Float32));
        var health = Measure(model);
        Assert.Equal(0, health.Randomness!.MaxDifference);
        Assert.InRange(health.Stability!.MeanChange, 0.1, 1);
        Assert.InRange(health.Agreement!.MeanError, 0.9, 1);
    }

    [Fact]
    public void Ties_of_pooling_in_areas_of_one_value_are_no_wrong_gradient()
    {
        // Half of the stripes' values are made equal, so that windows tie; at a tie the gradient follows one of the tied values.
        using var model = Bent.Of(
            Honest(),
            before: x => nn.functional.max_pool2d(x.clamp(0.5, 0.7), 3, stride: 1, padding: 1)
        );
        Assert.InRange(Measure(model).Agreement!.MeanError, 0, 0.1);
    }

    [Fact]
    public void A_gradient_in_the_place_of_another_foretells_nothing()
    {
        // The scores are those of the network, the gradient is that of the mirrored image.
        using var model = Bent.Of(Honest(), before: x => x.detach() + x.flip(2) - x.flip(2).detach());
        var health = Measure(model);
        Assert.InRange(health.Agreement!.MeanError, 0.3, 1);
        Assert.InRange(health.Stability!.MeanChange, 0, 0.02);
    }

    [Fact]
    public void Probabilities_and_their_logarithms_are_told_from_scores()
    {
        using var softmax = Bent.Of(Honest(), after: z => z.softmax(1));
        using var logSoftmax = Bent.Of(Honest(), after: z => z.log_softmax(1));
        Assert.Equal((Examples, 0), Kinds(Measure(softmax)));
        Assert.Equal((0, Examples), Kinds(Measure(logSoftmax)));

        static (int Softmax, int LogSoftmax) Kinds(ModelHealth health) =>
            (health.Outputs!.Softmax, health.Outputs.LogSoftmax);
    }

    [Fact]
    public void Statistics_of_the_batch_are_dependence_on_it()
    {
        using var model = Bent.Of(Honest(), before: x => x - x.mean([0L], keepdim: true));
        var health = Measure(model);
        Assert.InRange(health.Batch!.MaxDifference, 0.01, 10);
        Assert.InRange(health.Batch.Changed, 1, Examples);
        Assert.Equal(0, health.Randomness!.MaxDifference);
    }

    [Fact]
    public void Another_answer_with_gradients_is_told()
    {
        using var model = Bent.Of(Honest(), after: z => is_grad_enabled() ? z.flip(1) : z.alias());
        var health = Measure(model);
        Assert.InRange(health.GradientMode!.MaxDifference, 0.1, 10);
        Assert.InRange(health.GradientMode.Changed, 1, Examples);
    }

    [Fact]
    public void A_constant_answer_is_flat_everywhere_and_one_class()
    {
        using var model = Bent.Of(Honest(), after: z => (z * 0) + tensor(new[] { 1f, 0f, 0f }));
        var health = Measure(model);
        Assert.True(health.Outputs!.IsConstant);
        Assert.Equal((16, 1, 16), (health.Correct, health.Outputs.Classes, health.Outputs.MostFrequent));
        Assert.Equal((Examples, Examples), (health.Flatness!.Near, health.Flatness.Far));
        Assert.All(health.InputGradients!, g => Assert.Equal((16, 16), (g.N, g.Zero)));
        Assert.Equal(0, health.Convergence!.MeanImprovement);
    }

    [Fact]
    public void Scores_that_are_not_finite_are_counted()
    {
        using var model = Bent.Of(Honest(), after: z => z * double.NaN);
        var health = Measure(model);
        Assert.Equal((0, Examples), (health.Correct, health.Outputs!.NonFinite));
        Assert.Equal(0, health.Randomness!.MaxDifference);
        Assert.Contains("no example is classified correctly", health.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_gains_to_the_end_is_told()
    {
        // At each step the gradient shows at some thirtieth of the values only, so that the others have yet to move.
        using var model = Bent.Of(
            Honest(),
            before: x =>
            {
                var shown = rand_like(x).lt(0.03).to(ScalarType.Float32);
                return (shown * x) + ((1 - shown) * x.detach());
            }
        );
        var health = Measure(model);
        Assert.InRange(health.Convergence!.StillImproving, Examples * 3 / 4, Examples);
        Assert.InRange(health.Convergence.MeanImprovement, 0.05, 0.6);
    }

    private static GradientHealth Gradient(ModelHealth health, string loss, string point) =>
        health.InputGradients!.Single(g => g.Loss == loss && g.Point == point);

    private static ModelHealth Measure(IClassifier model, string threat = "linf:0.1") =>
        HealthCheck.Measure(Plan(model, threat), [.. Enumerable.Range(0, Examples)], null, default);

    internal static EvaluationPlan Plan(IClassifier model, string threat, ExampleSet? set = null)
    {
        set ??= Toy.Stripes(Examples, seed: 3);
        return new()
        {
            Model = model,
            Set = set,
            Indices = [.. Enumerable.Range(0, set.Count)],
            Threat = ThreatModel.Parse(threat),
            Attacks = [],
            Rng = new Rng(7),
        };
    }

    /// <summary>Ten times the mean brightness of each class's stripe.</summary>
    internal static ModuleClassifier Honest(int classes = 3)
    {
        var weights = new float[classes, 36];
        for (var p = 0; p < 36; p++)
        {
            weights[p / 6 / (6 / classes), p] = 10f * classes / 36;
        }
        return Toy.Linear(weights, new float[classes], new InputShape(1, 6, 6));
    }
}
