namespace Temper.Bench;

/// <summary>How the time of Temper's PGD grows.</summary>
/// <param name="Network">The network.</param>
/// <param name="Over">What is varied: <c>batch</c>, <c>steps</c> or <c>examples</c>.</param>
/// <param name="Points">The measurements, rising.</param>
/// <param name="SecondsPerPass">The slope of the straight line through them, seconds per example and gradient step.</param>
/// <param name="Exponent">The slope on logarithmic axes, over the upper half of the points: 1 is linear, more is worse.</param>
internal sealed record GrowthSeries(
    string Network,
    string Over,
    IReadOnlyList<GrowthPoint> Points,
    double SecondsPerPass,
    double Exponent
)
{
    /// <summary>Fits a series.</summary>
    /// <param name="network">The network.</param>
    /// <param name="over">What is varied.</param>
    /// <param name="points">At least two, with rising passes.</param>
    public static GrowthSeries Fit(string network, string over, IReadOnlyList<GrowthPoint> points)
    {
        // Fixed costs hide in the small ones, where the time of everything seems to grow slowly.
        var upper = points.Skip(Math.Min(points.Count - 2, points.Count / 2)).ToList();
        return new(
            network,
            over,
            points,
            Slope([.. points.Select(p => ((double)p.Passes, p.Seconds))]),
            Slope([.. upper.Select(p => (Math.Log(p.Passes), Math.Log(p.Seconds)))])
        );
    }

    /// <summary>The slope by least squares.</summary>
    private static double Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }
}
