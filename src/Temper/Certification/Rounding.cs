namespace Temper.Certification;

/// <summary>How far sums of products in float64 can lie from the exact ones, whatever the order of the terms.</summary>
/// <remarks>Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.1: γₙ = n u / (1 − n u).</remarks>
internal static class Rounding
{
    /// <summary>The unit roundoff of float64.</summary>
    public const double Unit = 1.1102230246251565e-16;

    // Products of computed coefficients, the sums of the parts, and the error terms themselves are rounded as well.
    private const long Further = 32;

    /// <summary>Twice γ for a sum of so many terms and a few operations more: what covers every step of a pass.</summary>
    /// <param name="terms">The number of terms.</param>
    public static double Slack(long terms)
    {
        var product = (terms + Further) * Unit;
        return 2 * product / (1 - product);
    }
}
