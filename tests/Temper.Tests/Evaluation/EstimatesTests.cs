using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Estimates;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;

namespace Temper.Tests.Evaluation;

public sealed class EstimatesTests
{
    /// <summary>Of a linear model every slope is the same, and the score the distance to the boundary: |margin| over the dual length.</summary>
    [Theory]
    [InlineData("linf:0.01")]
    [InlineData("linf:1")]
    [InlineData("l2:0.1")]
    [InlineData("l2:6")]
    [InlineData("l1:40")]
    public void On_a_linear_model_the_score_is_the_exact_distance(string text)
    {
        var set = Toy.Stripes(40, 3, classes: 2);
        var rng = new Rng(5);
        var noise = new float[36];
        rng.FillUniform(noise, [0], 0, 0);
        var weights = new float[2, 36];
        for (var i = 0; i < 36; i++)
        {
            weights[i / 18, i] = 1 + noise[i];
        }
        using var model = Toy.Linear(weights, new float[2], new InputShape(1, 6, 6));
        var plan = Plan(model, set, text);
        var found = SlopeSampler.Run(plan, [.. Enumerable.Range(0, 40)], null, CancellationToken.None);
        Assert.Equal(32, found.Examples.Count);
        Assert.Equal(32 * 320, found.Gradients);
        Assert.Equal(32 * 321, found.Forwards);
        double[] difference = [.. Enumerable.Range(0, 36).Select(i => (double)weights[0, i] - weights[1, i])];
        var dual = plan.Threat.Norm switch
        {
            "linf" => difference.Sum(Math.Abs),
            "l2" => Math.Sqrt(difference.Sum(d => d * d)),
            _ => difference.Max(Math.Abs),
        };
        var image = new float[36];
        foreach (var example in found.Examples)
        {
            set.Copy((int)example.Index, image);
            var margin = Math.Abs(image.Zip(difference, (x, d) => x * d).Sum());
            // What float32 scores and gradients leave.
            Assert.Equal(margin, example.Margin, 1e-5);
            Assert.Equal(dual, example.Slope, 1e-5);
            Assert.Equal(Math.Min(plan.Threat.Epsilon.Value, margin / dual), example.Clever, 1e-5);
        }
    }

    [Fact]
    public void An_example_has_the_same_figures_whatever_else_is_looked_at()
    {
        var set = Toy.Stripes(30, 4);
        using var model = Toy.ConvNet(3);
        var plan = Plan(model, set, "linf:0.1");
        var all = SlopeSampler.Run(plan, [.. Enumerable.Range(0, 20)], null, CancellationToken.None);
        var some = SlopeSampler.Run(plan, [3, 11], null, CancellationToken.None);
        Assert.Equal(all.Examples.Where(e => e.Index is 3 or 11), some.Examples);
        Assert.Equal(2 * 320, some.Gradients);
        Assert.Empty(SlopeSampler.Run(plan, [], null, CancellationToken.None).Examples);
    }

    [Theory]
    [InlineData("l0:3", false)]
    [InlineData("linf:0.3+l2:2", false)]
    [InlineData("linf:0.3 target=1", false)]
    [InlineData("linf:0", false)]
    [InlineData("l1:3", true)]
    public void Only_norms_with_a_dual_and_any_wrong_class(string threat, bool can)
    {
        using var model = Toy.ConvNet(3);
        Assert.Equal(can, SlopeSampler.Can(model, ThreatModel.Parse(threat)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void The_fit_finds_the_upper_end_of_a_reverse_weibull(double shape)
    {
        // Quantiles instead of draws: 5 − (−ln p)^(1/shape).
        const int N = 4000;
        double[] values = [.. Enumerable.Range(0, N).Select(i => 5 - Math.Pow(-Math.Log((i + 0.5) / N), 1 / shape))];
        Assert.Equal(5, ReverseWeibull.Location(values), 0.05);
    }

    [Fact]
    public void The_fit_moves_and_grows_with_the_values_and_never_falls_below_them()
    {
        double[] values = [3.1, 2.7, 3.4, 2.9, 3.0, 3.3, 2.8, 3.35, 3.2, 3.05];
        var location = ReverseWeibull.Location(values);
        Assert.InRange(location, 3.4, 3.4 + (3 * 0.7));
        Assert.Equal(7 + (100 * location), ReverseWeibull.Location([.. values.Select(v => 7 + (100 * v))]), 6);
        Assert.Equal(2, ReverseWeibull.Location([2, 2, 2, 2]));
        Assert.Equal(3, ReverseWeibull.Location([1, 3]));
        // A heap at the upper end has no regular fit.
        Assert.InRange(ReverseWeibull.Location([1, 2, 3, 3, 3, 3, 3, 3, 3, 3]), 3, 9);
    }

    private static EvaluationPlan Plan(IClassifier model, ImageSet set, string threat) =>
        new()
        {
            Model = model,
            Set = set,
            Indices = [.. Enumerable.Range(0, set.Count)],
            Threat = ThreatModel.Parse(threat),
            Attacks = [],
            Rng = new Rng(1),
        };
}
