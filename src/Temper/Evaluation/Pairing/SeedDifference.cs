using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Temper.Evaluation.Pairing;

/// <summary>The mean difference of two methods over seeds that both were trained with.</summary>
/// <param name="Differences">One difference per seed, first method minus second, at least <see cref="Fewest"/>.</param>
/// <remarks>
/// Student's interval for paired differences. It covers training again with another seed on the same data, and takes differences to be
/// about normal, which a handful of seeds cannot show.
/// </remarks>
internal sealed record SeedDifference(IReadOnlyList<double> Differences)
{
    /// <summary>The fewest seeds that an interval is given for.</summary>
    public const int Fewest = 3;

    /// <summary>Gets the mean.</summary>
    public double Mean => Differences.Average();

    /// <summary>Gets the half width of the two-sided 95 % interval around the mean.</summary>
    public double HalfWidth =>
        StudentT.InvCDF(0, 1, Differences.Count - 1, 0.975)
        * Differences.StandardDeviation()
        / Math.Sqrt(Differences.Count);
}
