using MathNet.Numerics;

namespace Temper.Evaluation.Estimates;

/// <summary>The upper end of a distribution from largest values of samples of it.</summary>
/// <remarks>
/// Largest values of samples from a distribution with an upper end follow, in the limit, a reverse Weibull distribution, whose
/// location is that end (Fisher and Tippett 1928). It is fitted by maximum likelihood: for each location, shape and scale are those
/// of the ordinary Weibull distribution of the gaps. The likelihood has no maximum where the shape is below 1, so such fits are left
/// out; and few values say little of a far end, so it is sought no further away than three times their spread.
/// </remarks>
internal static class ReverseWeibull
{
    private const int Locations = 200;
    private const double Nearest = 1e-3;
    private const double Farthest = 3;
    private const double LargestShape = 500;

    /// <summary>The location of the fit: at least the largest value; that value itself where no fit is regular.</summary>
    /// <param name="maxima">The largest value of each sample, finite, at least one.</param>
    public static double Location(IReadOnlyList<double> maxima)
    {
        var (most, least) = (maxima.Max(), maxima.Min());
        var spread = most - least;
        // Equal to rounding: a slope that is the same everywhere.
        if (spread <= 1e-6 * Math.Abs(most) || maxima.Count < 3)
        {
            return most;
        }
        var (best, location) = (double.NegativeInfinity, most);
        for (var i = 0; i < Locations; i++)
        {
            var offset = Nearest * Math.Pow(Farthest / Nearest, i / (Locations - 1.0));
            // In units of the spread, so that the fit does not depend on the values' scale.
            double[] logs = [.. maxima.Select(value => Math.Log(offset + ((most - value) / spread)))];
            if (Fit(logs) is { } likelihood && likelihood > best)
            {
                (best, location) = (likelihood, most + (offset * spread));
            }
        }
        return location;
    }

    /// <summary>The largest log-likelihood of a Weibull distribution of positive values, given by their logarithms; null where its shape is below 1.</summary>
    private static double? Fit(double[] logs)
    {
        var (mean, top) = (logs.Average(), logs.Max());
        // Rises with the shape; at its root the likelihood is largest.
        double Score(double shape)
        {
            var (sum, weighted) = (0.0, 0.0);
            foreach (var log in logs)
            {
                var power = Math.Exp(shape * (log - top));
                sum += power;
                weighted += power * log;
            }
            return (weighted / sum) - (1 / shape) - mean;
        }
        if (Score(1) > 0 || Score(LargestShape) < 0)
        {
            return null;
        }
        var shape = FindRoots.OfFunction(Score, 1, LargestShape, 1e-10);
        var logScale = top + (Math.Log(logs.Average(log => Math.Exp(shape * (log - top)))) / shape);
        return logs.Length * (Math.Log(shape) - (shape * logScale) + ((shape - 1) * mean) - 1);
    }
}
