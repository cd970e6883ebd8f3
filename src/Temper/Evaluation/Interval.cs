using MathNet.Numerics.Distributions;

namespace Temper.Evaluation;

/// <summary>Exact one-sided limits for a proportion, from a count.</summary>
/// <remarks>
/// They cover the sampling of examples and nothing else: not the strength of attacks, not the seed of training.
/// Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404–413.
/// </remarks>
public static class Interval
{
    /// <summary>The largest proportion under which <paramref name="k"/> or fewer of n are not yet too unlikely.</summary>
    /// <param name="k">The count, from 0 to <paramref name="n"/>.</param>
    /// <param name="n">The number of examples, at least 1.</param>
    /// <param name="confidence">The one-sided confidence, between 0 and 1.</param>
    /// <returns>The upper limit, in [0, 1]; 1 when all n count.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static double UpperLimit(int k, int n, double confidence = 0.975)
    {
        Check(k, n, confidence);
        return k == n ? 1
            // At k = 0 the answer is a formula; no search needed.
            : k == 0 ? 1 - Math.Pow(1 - confidence, 1.0 / n)
            : Beta.InvCDF(k + 1.0, n - k, confidence);
    }

    /// <summary>The smallest proportion under which <paramref name="k"/> or more of n are not yet too unlikely.</summary>
    /// <param name="k">The count, from 0 to <paramref name="n"/>.</param>
    /// <param name="n">The number of examples, at least 1.</param>
    /// <param name="confidence">The one-sided confidence, between 0 and 1.</param>
    /// <returns>The lower limit, in [0, 1]; 0 when none counts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static double LowerLimit(int k, int n, double confidence = 0.975)
    {
        Check(k, n, confidence);
        return 1 - UpperLimit(n - k, n, confidence);
    }

    private static void Check(int k, int n, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Expected between 0 and 1.");
        }
    }
}
