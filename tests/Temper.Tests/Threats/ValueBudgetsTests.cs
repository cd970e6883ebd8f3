using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

public sealed class ValueBudgetsTests
{
    private static readonly string[] Norms = ["linf:0.1", "l2:0.4", "l1:1.5", "l0:3"];
    private static readonly ValueBudgets Mask = new([0, 1, 1, 0, 1, 0], 1, 2, 3);

    [Fact]
    public void The_hash_tells_masks_and_shapes_apart_and_stands_in_the_text()
    {
        ValueBudgets same = new([-0f, 1, 1, 0, 1, 0], 1, 2, 3);
        Assert.Equal(Mask, same);
        Assert.Equal(Mask.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Mask, new([0, 1, 1, 0, 1, 1], 1, 2, 3));
        Assert.NotEqual(Mask, new([0, 1, 1, 0, 1, 0], 1, 3, 2));
        Assert.Equal((3, true, 64), (Mask.Allowed, Mask.IsMask, Mask.Sha256.Length));
        foreach (var text in Norms.Append("linf:0.1+l2:0.4"))
        {
            var threat = ThreatModel.Parse(text).Under(Mask);
            Assert.Equal($"{text} mask={Mask.Sha256[..8]}", threat.Text);
            Assert.Equal(threat, ThreatModel.Parse(text).Under(same));
            Assert.NotEqual(threat, ThreatModel.Parse(text));
            Assert.Contains("--mask", Assert.Throws<ThreatException>(() => ThreatModel.Parse(threat.Text)).Message);
        }
        Assert.Equal(Mask, ThreatModel.Parse("l2:0.4").Under(Mask).With(Epsilon.Of(0.2)).Budgets);
        Assert.All(Norms, text => Assert.Equal(Mask, ThreatModel.Parse(text).Under(Mask).With(Epsilon.Of(0)).Budgets));
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void Refuses_shares_that_are_none(float share) =>
        Assert.Contains(
            "at value 1, expected 0",
            Assert.Throws<ThreatException>(() => new ValueBudgets([0, share], 1, 1, 2)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Refuses_other_shapes_and_norms_that_know_no_shares()
    {
        Assert.Contains("3 values", Assert.Throws<ThreatException>(() => new ValueBudgets([0, 1, 1], 1, 2, 3)).Message);
        ValueBudgets half = new([0.5f, 1], 1, 1, 2);
        Assert.False(half.IsMask);
        Assert.All(
            Norms[1..],
            text =>
                Assert.Contains(
                    "linf alone",
                    Assert.Throws<ThreatException>(() => ThreatModel.Parse(text).Under(half)).Message,
                    StringComparison.Ordinal
                )
        );
        Assert.Throws<ThreatException>(() => ThreatModel.Parse("linf:0.1+l2:1").Under(half));
        using var inputs = full([2, 1, 2, 3], 0.5f);
        var error = Assert.Throws<ThreatException>(() => ThreatModel.Parse("linf:0.1").Under(half).Check(inputs));
        Assert.Contains("found inputs of 1×2×3, expected 1×1×2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_that_moves_what_may_not_change_is_illegal_however_little()
    {
        using var centre = full([2, 1, 2, 3], 0.5f);
        using var x = centre.clone();
        x[1, 0, 0, 0] = MathF.BitIncrement(0.5f);
        foreach (var text in Norms.Append("linf:0.1+l2:0.4"))
        {
            Assert.Equal([true, false], ThreatModel.Parse(text).Under(Mask).Contains(x, centre, 0.1));
        }
    }

    /// <summary>The nearest legal point under a mask is the nearest one among the values that may change.</summary>
    [Fact]
    public void Projection_is_that_of_the_values_that_may_change()
    {
        manual_seed(4);
        using var centre = rand(50, 1, 2, 3);
        using var far = centre + (randn(50, 1, 2, 3) * 0.6);
        long[] allowed = [1, 2, 4];
        using var places = tensor(allowed);
        foreach (var text in Norms)
        {
            var threat = ThreatModel.Parse(text);
            using var point = threat.Under(Mask).Project(far, centre);
            Assert.All(threat.Under(Mask).Contains(point, centre, 0), Assert.True);
            using var flat = point.flatten(1).index_select(1, places).contiguous();
            using var few = centre.flatten(1).index_select(1, places).contiguous();
            using var wanted = far.flatten(1).index_select(1, places).contiguous();
            using var alone = threat.Project(wanted, few);
            var (found, expected) = (Tensors.ToArray<float>(flat), Tensors.ToArray<float>(alone));
            for (var i = 0; i < found.Length; i++)
            {
                Assert.Equal(expected[i], found[i], 1e-6);
            }
        }
    }

    [Fact]
    public void Shares_of_linf_are_intervals_of_their_own()
    {
        float[] shares = [0, 0.25f, 0.5f, 1];
        var threat = ThreatModel.Parse("linf:0.2").Under(new(shares, 1, 1, 4));
        using var centre = full([1, 1, 1, 4], 0.5f);
        using var far = ones([1, 1, 1, 4]);
        using var point = threat.Project(far, centre);
        float[] expected = [0.5f, 0.55f, 0.6f, 0.7f];
        var found = Tensors.ToArray<float>(point);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], 1e-7);
            Assert.True(found[i] - 0.5 <= 0.2 * shares[i]);
        }
        using var gradient = tensor((float[])[1, -3, 0, 2], [1, 1, 1, 4]);
        using var step = threat.SteepestStep(centre, gradient, 0.1);
        Assert.Equal([0.5f, 0.5f - 0.025f, 0.5f, 0.6f], Tensors.ToArray<float>(step));
        using var half = tensor((float[])[0.5f, 0.525f, 0.5f, 0.5f], [1, 1, 1, 4]);
        using var distance = threat.Distance(half, centre);
        Assert.Equal(0.1, Tensors.ToArray<double>(distance)[0], 1e-6);
    }

    [Theory]
    [InlineData("l2:0.4", 3)]
    [InlineData("l1:0.4", 3)]
    [InlineData("linf:0.1", 3)]
    [InlineData("l0:2", 3)]
    public void Random_starts_fill_the_ball_of_the_values_that_may_change(string text, int allowed)
    {
        var threat = ThreatModel.Parse(text).Under(Mask);
        const int Count = 4000;
        using var centre = full([Count, 1, 2, 3], 0.5f);
        using var start = threat.RandomStart(centre, [.. Enumerable.Range(0, Count).Select(i => (long)i)], new Rng(8));
        Assert.All(threat.Contains(start, centre), Assert.True);
        using var distance = threat.Distance(start, centre);
        var shares = Tensors.ToArray<double>(distance).Select(d => d / threat.Epsilon.Value).ToArray();
        // In d dimensions the mean of a uniform radius is d/(d + 1) of the largest; a set of L0 is full always.
        var mean = threat.Norm == "l0" ? 1 : allowed / (allowed + 1.0);
        Assert.Equal(mean, shares.Average(), 0.01);
    }

    [Fact]
    public void Bytes_are_rounded_within_the_share_of_each_value()
    {
        var threat = ThreatModel.Parse("linf:10/255").Under(new([1, 0.5f, 0.25f, 0], 1, 1, 4));
        var clean = Enumerable.Repeat(100 / 255f, 4).ToArray();
        // A quarter of 10 lets the third value go to 102, though 102.5 is as near to 103.
        float[] x = [110 / 255f, 95 / 255f, 102.5f / 255, 100 / 255f];
        var bytes = new ByteGrid(threat, [1, 1, 4]).Round(x, clean, isLegal: true);
        Assert.Equal([110, 95, 102, 100], bytes);
    }

    /// <summary>On a linear model the best point is known: every allowed value by its share of ε, in the direction of its slope.</summary>
    [Fact]
    public void Linear_models_lose_what_the_allowed_slopes_sum_to()
    {
        float[] w = [0.5f, -1, 2, 3, -0.25f, 1];
        float[] shares = [1, 0.5f, 0, 0.25f, 1, 0];
        using var model = Linear(w);
        using var batch = new Batch(full([1, 1, 2, 3], 0.5f), zeros(1, dtype: ScalarType.Int64), [0]);
        var threat = ThreatModel.Parse("linf:0.1").Under(new(shares, 1, 2, 3));
        using var result = new Pgd(new() { Steps = 20 }).Run(model, batch, threat, new Rng(0));
        using var before = model.Logits(batch.Inputs);
        using var after = model.Logits(result.Inputs);
        var (then, now) = (Tensors.ToArray<float>(before), Tensors.ToArray<float>(after));
        var expected = 0.1 * w.Zip(shares, (slope, share) => Math.Abs((double)slope) * share).Sum();
        // Scores are ∓w·x, so the margin changes by twice the sum.
        Assert.Equal(2 * expected, now[1] - now[0] - (then[1] - then[0]), 1e-5);
    }

    /// <summary>The distance to a hyperplane under a mask is |f| over the dual norm of the allowed slopes.</summary>
    [Theory]
    [InlineData("linf:1")]
    [InlineData("l2:2")]
    [InlineData("l1:6")]
    public void Fab_finds_the_exact_distance(string text)
    {
        float[] w = [8, -1, 2, 9, -0.25f, 7];
        using var model = Linear(w);
        using var x = full([1, 1, 2, 3], 0.5f);
        using var batch = new Batch(x.alias(), zeros(1, dtype: ScalarType.Int64), [0]);
        var threat = ThreatModel.Parse(text).Under(Mask);
        double[] allowed = [1, 2, 0.25];
        var dual = text[..2] switch
        {
            "li" => allowed.Sum(),
            "l2" => Math.Sqrt(allowed.Sum(s => s * s)),
            _ => allowed.Max(),
        };
        const double Gap = 0.25;
        using var result = new Fab(new() { Steps = 20 }).Run(model, batch, threat, new Rng(0));
        Assert.InRange(result.Distances[0], Gap / dual * (1 - 1e-4), Gap / dual * 1.02);
    }

    /// <summary>Scores ∓w·x, with a margin of 0.25 for class 0 at (0.5, …).</summary>
    private static ModuleClassifier Linear(float[] w)
    {
        var weights = new float[2, w.Length];
        for (var i = 0; i < w.Length; i++)
        {
            (weights[0, i], weights[1, i]) = (-w[i], w[i]);
        }
        var half = w.Sum() / 2;
        return Toy.Linear(weights, [half + 0.25f, -half - 0.25f], new InputShape(1, 2, 3));
    }
}
