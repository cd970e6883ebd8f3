using Temper.Numerics;

namespace Temper.Slow.Tests.Reference;

/// <summary>Medians of distances, some of which may be infinite, and how sure their ratio is.</summary>
internal static class Statistics
{
    private const int Resamples = 10_000;

    /// <summary>The median; of an even number of values the lower of the middle two, as the rows have it.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }

    /// <summary>The 97.5 % upper limit of median(ours) / median(theirs), images drawn anew in pairs.</summary>
    /// <remarks>Efron and Tibshirani 1993, An introduction to the bootstrap, section 13.3: percentiles of 10,000 resamples.</remarks>
    public static double UpperRatio(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        var n = ours.Count;
        var draws = new float[Resamples * n];
        new Rng(0).Fork("bootstrap").FillUniform(draws, [.. Enumerable.Range(0, Resamples).Select(i => (long)i)], 0, 0);
        var ratios = new double[Resamples];
        for (var sample = 0; sample < Resamples; sample++)
        {
            int[] rows = [.. Enumerable.Range(0, n).Select(i => (int)(draws[(sample * n) + i] * n))];
            ratios[sample] = Median(rows.Select(r => ours[r])) / Median(rows.Select(r => theirs[r]));
        }
        Array.Sort(ratios);
        return ratios[(int)Math.Ceiling(0.975 * Resamples) - 1];
    }
}
