using MathNet.Numerics;
using Temper.Evaluation;

namespace Temper.Tests.Evaluation;

public sealed class IntervalTests
{
    // Computed in 40-digit decimal arithmetic by bisection of the binomial distribution.
    [Theory]
    [InlineData(0, 10, 0, 0.308497107818760823)]
    [InlineData(1, 10, 0.00252857854446178, 0.445016117028195420)]
    [InlineData(5, 10, 0.187086028447398532, 0.812913971552601468)]
    [InlineData(9, 10, 0.554983882971804580, 0.997471421455538215)]
    [InlineData(920, 1_000, 0.901420220952097843, 0.936058017153326669)]
    [InlineData(10, 10, 0.691502892181239177, 1)]
    [InlineData(0, 1, 0, 0.975)]
    public void Matches_known_values(int k, int n, double lower, double upper)
    {
        Assert.Equal(lower, Interval.LowerLimit(k, n), 1e-11);
        Assert.Equal(upper, Interval.UpperLimit(k, n), 1e-11);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 7)]
    [InlineData(99, 100)]
    [InlineData(920, 1_000)]
    [InlineData(8_790, 10_000)]
    [InlineData(1, 10_000)]
    [InlineData(9_999, 10_000)]
    [InlineData(30_000, 60_000)]
    public void Inverts_the_binomial_distribution(int k, int n)
    {
        var upper = Interval.UpperLimit(k, n);
        Assert.Equal(0.025, Cdf(k, n, upper), 1e-7);
        if (k > 0)
        {
            var lower = Interval.LowerLimit(k, n);
            Assert.Equal(0.975, Cdf(k - 1, n, lower), 1e-7);
            Assert.True(lower < k / (double)n);
        }
        Assert.True(upper > k / (double)n);
    }

    [Fact]
    public void Grows_with_the_count_and_the_confidence()
    {
        for (var k = 1; k <= 50; k++)
        {
            Assert.True(Interval.UpperLimit(k, 50) > Interval.UpperLimit(k - 1, 50));
            Assert.True(Interval.LowerLimit(k, 50) > Interval.LowerLimit(k - 1, 50));
        }
        Assert.True(Interval.UpperLimit(20, 50, 0.99) > Interval.UpperLimit(20, 50, 0.9));
    }

    /// <summary>Over many drawn samples the limit is below the truth at most as often as it may be.</summary>
    [Theory]
    [InlineData(0.88, 200)]
    [InlineData(0.5, 60)]
    [InlineData(0.02, 100)]
    public void Covers_as_promised(double truth, int n)
    {
        const int Repeats = 20_000;
        // The exact chance that the limit misses: the sum over the counts whose limit is too low.
        var miss = Enumerable
            .Range(0, n + 1)
            .Where(k => Interval.UpperLimit(k, n) < truth)
            .Sum(k => Cdf(k, n, truth) - (k == 0 ? 0 : Cdf(k - 1, n, truth)));
        Assert.True(miss <= 0.025 + 1e-9);

        var limits = Enumerable.Range(0, n + 1).Select(k => Interval.UpperLimit(k, n)).ToArray();
        ulong state = 20_260_309;
        var missed = 0;
        for (var r = 0; r < Repeats; r++)
        {
            var k = 0;
            for (var i = 0; i < n; i++)
            {
                // Knuth's MMIX constants; the upper 53 bits as a fraction.
                state = unchecked((state * 6364136223846793005) + 1442695040888963407);
                k += (state >> 11) * (1.0 / (1UL << 53)) < truth ? 1 : 0;
            }
            missed += limits[k] < truth ? 1 : 0;
        }
        var spread = 5 * Math.Sqrt(Math.Max(miss, 1e-4) / Repeats);
        Assert.Equal(miss, missed / (double)Repeats, spread);
    }

    /// <summary>The exact chance that a limit misses the truth, summed over every count, is never above 2.5 %.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(256)]
    [InlineData(1_000)]
    public void Both_limits_cover_at_every_truth(int n)
    {
        double[] upper = [.. Enumerable.Range(0, n + 1).Select(k => Interval.UpperLimit(k, n))];
        double[] lower = [.. Enumerable.Range(0, n + 1).Select(k => Interval.LowerLimit(k, n))];
        for (var truth = 0.005; truth < 1; truth += 0.01)
        {
            var (above, below) = (0.0, 0.0);
            for (var k = 0; k <= n; k++)
            {
                var chance = Chance(k, n, truth);
                above += lower[k] > truth ? chance : 0;
                below += upper[k] < truth ? chance : 0;
            }
            Assert.InRange(above, 0, 0.025 + 1e-9);
            Assert.InRange(below, 0, 0.025 + 1e-9);
        }
    }

    [Theory]
    [InlineData(-1, 10, 0.9)]
    [InlineData(11, 10, 0.9)]
    [InlineData(0, 0, 0.9)]
    [InlineData(1, 10, 0)]
    [InlineData(1, 10, 1)]
    [InlineData(1, 10, double.NaN)]
    public void Refuses_impossible_arguments(int k, int n, double confidence)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Interval.UpperLimit(k, n, confidence));
        Assert.Throws<ArgumentOutOfRangeException>(() => Interval.LowerLimit(k, n, confidence));
    }

    /// <summary>The binomial distribution, summed term by term: independent of the beta function.</summary>
    private static double Cdf(int k, int n, double p)
    {
        var sum = 0.0;
        for (var i = 0; i <= k; i++)
        {
            sum += Chance(i, n, p);
        }
        return sum;
    }

    private static double Chance(int k, int n, double p) =>
        Math.Exp(
            SpecialFunctions.GammaLn(n + 1.0)
                - SpecialFunctions.GammaLn(k + 1.0)
                - SpecialFunctions.GammaLn(n - k + 1.0)
                + (k * Math.Log(p))
                + ((n - k) * Math.Log(1 - p))
        );
}
