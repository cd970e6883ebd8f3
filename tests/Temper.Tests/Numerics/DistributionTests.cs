using System.Diagnostics;
using CsCheck;
using Temper.Numerics;
using static Temper.Tests.Numerics.Drawing;

namespace Temper.Tests.Numerics;

public sealed class DistributionTests(ITestOutputHelper output)
{
    [Fact]
    public void Uniform_numbers_are_uniform()
    {
        var values = Draw(new Rng(11).Fork("test"), [.. Enumerable.Range(0, 256).Select(i => (long)i)], 0, 0, 784);
        Assert.All(values, value => Assert.InRange(value, 0f, 1f - (1f / 16777216f)));
        Assert.All(values, value => Assert.True(float.IsInteger(value * 16777216f)));
        Assert.True(KolmogorovSmirnov(values, x => x) < 1.63, "KS test at 1 %");
    }

    [Fact]
    public void Normal_numbers_are_normal()
    {
        var values = Draw(
            new Rng(11).Fork("test"),
            [.. Enumerable.Range(0, 256).Select(i => (long)i)],
            0,
            0,
            785,
            Kind.Normal
        );
        Assert.True(KolmogorovSmirnov(values, NormalDistribution) < 1.63, "KS test at 1 %");
        var n = values.Length;
        var mean = values.Average(x => (double)x);
        Assert.InRange(mean * Math.Sqrt(n), -3, 3);
        Assert.InRange((values.Average(x => (double)x * x) - 1) * Math.Sqrt(n / 2.0), -3, 3);
        // The two halves of a pair, and neighbours across pairs, do not correlate.
        Assert.InRange(values.Zip(values.Skip(1), (a, b) => (double)a * b).Sum() / Math.Sqrt(n), -3, 3);
    }

    // The words that make the greatest, the least and the most delicate radius and angle.
    [Fact]
    public void Normals_follow_the_formula()
    {
        uint[] edges = [0, 1, 2, 0x1FFFFFFF, 0x20000000, 0x3FFFFFFF, 0x40000000, 0x5FFFFFFF, 0x60000000, 0x7FFFFFFF];
        uint[] upper = [0x80000000, 0xA0000000, 0xB504F333, 0xB504F334, 0xC0000000, 0xE0000000, 0xFFFFFFFE, 0xFFFFFFFF];
        foreach (var first in edges.Concat(upper))
        {
            foreach (var second in edges.Concat(upper))
            {
                Compare(first, second);
            }
        }
        Gen.Select(Gen.UInt, Gen.UInt).Sample(Compare, iter: 20_000);

        static void Compare(uint a, uint b)
        {
            var pair = new float[2];
            Normals.FromWords([a, b], pair);
            var radius = Math.Sqrt(-2 * Math.Log((a + 0.5) / 4294967296.0));
            var (sine, cosine) = Math.SinCos(Math.Tau * (b / 4294967296.0));
            // The formula in double is right to 1e-9; half a unit in the last place of float comes on top.
            Assert.True(Math.Abs(pair[0] - (radius * cosine)) <= 1e-9 + (Math.Abs(pair[0]) * 6e-8), $"{a} {b} cosine");
            Assert.True(Math.Abs(pair[1] - (radius * sine)) <= 1e-9 + (Math.Abs(pair[1]) * 6e-8), $"{a} {b} sine");
        }
    }

    // Every item stands in every place equally often, and all 24 orders of four items are equally frequent.
    [Fact]
    public void Permutations_are_unbiased()
    {
        const int Epochs = 20_000;
        var rng = new Rng(21).Fork("order");
        var first = new int[10];
        var orders = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var epoch = 0u; epoch < Epochs; epoch++)
        {
            first[rng.Permutation(10, epoch)[0]]++;
            var order = string.Concat(rng.Permutation(4, epoch));
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }
        // 1 % points of chi-square with 9 and 23 degrees of freedom.
        Assert.True(ChiSquare(first, Epochs) < 21.67);
        Assert.Equal(24, orders.Count);
        Assert.True(ChiSquare([.. orders.Values], Epochs) < 41.64);
    }

    // Prints the speed; time is not asserted, since machines differ.
    [Fact]
    public void Speed()
    {
        var rng = new Rng(1).Fork("speed");
        var values = new float[256 * 784];
        var examples = Enumerable.Range(0, 256).Select(i => (long)i).ToArray();
        foreach (var kind in Enum.GetValues<Kind>())
        {
            var best = double.MaxValue;
            for (var i = 0u; i < 60; i++)
            {
                var start = Stopwatch.GetTimestamp();
                Fill(rng, values, examples, 0, i, kind);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            output.WriteLine($"{kind}: {values.Length / best / 1e6:F0} M/s");
            Assert.NotEqual(0, values[^1]);
        }
    }

    private static double KolmogorovSmirnov(float[] values, Func<double, double> distribution)
    {
        var sorted = values.Order().ToArray();
        var worst = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var expected = distribution(sorted[i]);
            worst = Math.Max(
                worst,
                Math.Max(expected - ((double)i / sorted.Length), ((i + 1.0) / sorted.Length) - expected)
            );
        }
        return worst * Math.Sqrt(sorted.Length);
    }

    private static double NormalDistribution(double x) => MathNet.Numerics.Distributions.Normal.CDF(0, 1, x);

    private static double ChiSquare(int[] counts, int total)
    {
        var expected = (double)total / counts.Length;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
