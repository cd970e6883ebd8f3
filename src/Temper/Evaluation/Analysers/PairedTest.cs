using MathNet.Numerics.Distributions;

namespace Temper.Evaluation.Analysers;

/// <summary>Exact test of two verdicts on the same examples.</summary>
/// <remarks>McNemar 1947 in the exact form: among examples where the two differ, each side is as likely as the other.</remarks>
internal static class PairedTest
{
    /// <summary>The probability of so many or more on the first side, were both sides equally likely.</summary>
    /// <param name="first">Examples that count for the first side alone.</param>
    /// <param name="second">Examples that count for the second side alone.</param>
    /// <returns>The one-sided p-value; 1 where the two never differ.</returns>
    public static double OneSided(int first, int second)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(second);
        var n = first + second;
        // P(X ≥ first) = P(X ≤ n − first) by symmetry, which keeps small values exact.
        return n == 0 ? 1 : Math.Min(1, Binomial.CDF(0.5, n, n - first));
    }
}
