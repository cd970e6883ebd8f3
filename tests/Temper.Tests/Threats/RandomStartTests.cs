using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>Starts are uniform in the ball and keyed by the example.</summary>
public sealed class RandomStartTests
{
    [Theory]
    [InlineData("linf:0.25")]
    [InlineData("l2:0.25")]
    [InlineData("l1:0.25")]
    public void Is_uniform_in_the_ball(string text)
    {
        const int Examples = 4000;
        const int Dimension = 5;
        using var scope = NewDisposeScope();
        var threat = ThreatModel.Parse(text);
        var centre = full([Examples, Dimension], 0.5f);
        long[] indices = [.. Enumerable.Range(0, Examples).Select(i => (long)i)];
        var start = threat.RandomStart(centre, indices, new Rng(1));
        var offsets = (start - centre).to(ScalarType.Float64);
        // The radius in the threat's norm, to the power of the dimension, is uniform on [0, 1].
        var radius = Tensors.ToArray<double>(threat.Distance(start, centre));
        AssertUniform([.. radius.Select(r => Math.Pow(r / 0.25, Dimension))]);
        // Each coordinate is symmetric.
        var positive = Tensors.ToArray<double>(offsets).Count(v => v > 0) / (double)(Examples * Dimension);
        Assert.InRange(positive, 0.49, 0.51);
        if (text[1] == 'i')
        {
            AssertUniform([.. Tensors.ToArray<double>(offsets).Take(4000).Select(v => (v + 0.25) / 0.5)]);
        }
    }

    [Fact]
    public void Is_the_same_for_any_batch_and_differs_between_restarts()
    {
        using var scope = NewDisposeScope();
        var threat = ThreatModel.Parse("l2:1");
        var rng = new Rng(5).Fork("pgd");
        var centre = full([4, 1, 3, 3], 0.5f);
        var all = threat.RandomStart(centre, [7, 8, 9, 10], rng);
        var some = threat.RandomStart(centre[..2], [9, 7], rng);
        Assert.True(Tensors.Identical(all[2], some[0]));
        Assert.True(Tensors.Identical(all[0], some[1]));
        Assert.False(Tensors.Identical(all[0], threat.RandomStart(centre[..1], [7], rng, restart: 1)[0]));
    }

    [Fact]
    public void L0_changes_that_many_values_each_as_often_to_values_uniform_in_the_box()
    {
        const int Examples = 3000;
        using var scope = NewDisposeScope();
        var centre = full([Examples, 6], 0.5f);
        long[] indices = [.. Enumerable.Range(0, Examples).Select(i => (long)i)];
        var start = ThreatModel.Parse("l0:2").RandomStart(centre, indices, new Rng(1));
        var changed = start.ne(centre);
        Assert.All(Tensors.ToArray<long>(changed.sum(1)), count => Assert.Equal(2, count));
        // A third of 3,000, give or take four standard deviations.
        Assert.All(Tensors.ToArray<long>(changed.sum(0)), count => Assert.InRange(count, 896, 1104));
        AssertUniform([.. Tensors.ToArray<float>(start.masked_select(changed)).Select(v => (double)v)]);
    }

    /// <summary>Kolmogorov–Smirnov at the 0.1 % level.</summary>
    private static void AssertUniform(double[] values)
    {
        Array.Sort(values);
        var worst = values
            .Select(
                (v, i) => Math.Max(Math.Abs(v - (i / (double)values.Length)), Math.Abs(v - ((i + 1.0) / values.Length)))
            )
            .Max();
        Assert.True(worst < 1.95 / Math.Sqrt(values.Length), $"KS distance {worst}");
    }
}
