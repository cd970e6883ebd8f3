using Temper.Evaluation;
using Temper.Evaluation.Analysers;

namespace Temper.Tests.Evaluation.Analysers;

public sealed class StatisticsTests
{
    /// <summary>Binomial coefficients by hand: 56 = 45 + 10 + 1 of 1,024 for eight or more of ten.</summary>
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 0.5)]
    [InlineData(5, 0, 1.0 / 32)]
    [InlineData(0, 5, 1)]
    [InlineData(8, 2, 56.0 / 1024)]
    [InlineData(2, 8, 1 - (11.0 / 1024))]
    [InlineData(3, 3, 42.0 / 64)]
    [InlineData(40, 0, 1.0 / (1L << 40))]
    public void The_paired_test_counts_coin_tosses(int first, int second, double p) =>
        Assert.Equal(p, PairedTest.OneSided(first, second), p * 1e-9);

    [Theory]
    // 0.005 ≤ 0.05/4, 0.01 ≤ 0.05/3, 0.03 > 0.05/2: the fourth is not asked.
    [InlineData("0.01 0.04 0.03 0.005", "yes no no yes")]
    [InlineData("0.0126 0.0126 0.0126 0.0126", "no no no no")]
    [InlineData("0.0125 0.016 0.025 0.05", "yes yes yes yes")]
    // A large value before it does not save a small one after a stop.
    [InlineData("0.9 0.02 0.02", "no no no")]
    [InlineData("0.05", "yes")]
    [InlineData("", "")]
    public void Holm_goes_down_the_list(string p, string rejected)
    {
        double[] values = [.. p.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse)];
        var expected = rejected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "yes");
        Assert.Equal(expected, Holm.Rejects(values, 0.05));
    }

    /// <summary>With nothing on the other side its upper limit is 1 − 0.025^(1/n).</summary>
    [Fact]
    public void An_effect_is_surely_above_its_limits()
    {
        var effect = new PairedEffect("a", "b", 200, 40, 0, 0);
        Assert.Equal(0.2, effect.Share, 1e-12);
        Assert.Equal(Interval.LowerLimit(40, 200) - (1 - Math.Pow(0.025, 1 / 200.0)), effect.SurelyAbove, 1e-12);
        Assert.InRange(effect.SurelyAbove, 0.12, 0.14);
    }

    [Fact]
    public void Beating_every_one_is_as_doubtful_as_beating_the_best()
    {
        var run = ProbedRun.Of(("square", 0, 60), ("pgd-40", 0, 10), ("apgd-ce", 0, 50));
        var group = Assert.Single(run.Evidence().ProbeGroups);
        var effect = PairedEffect.OverEach(group, "probe.square", ["probe.pgd-40", "probe.apgd-ce", "probe.apgd-t"])!;
        Assert.Equal(("apgd-ce", 10, 0), (effect.Second, effect.FirstOnly, effect.SecondOnly));
        Assert.Equal(1.0 / 1024, effect.P, 1e-12);
        Assert.Null(PairedEffect.OverEach(group, "probe.square", ["probe.apgd-t"]));
        Assert.Null(PairedEffect.Of(group, "probe.noise", "probe.square"));
    }
}
