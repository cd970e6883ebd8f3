namespace Temper.Reports;

/// <summary>The horizontal axis of a chart.</summary>
/// <param name="First">Its left end.</param>
/// <param name="Last">Its right end.</param>
/// <param name="Ticks">Places that are labelled.</param>
/// <param name="Marked">A place with an upright line, or null.</param>
internal sealed record Axis(
    double First,
    double Last,
    IReadOnlyList<(double Place, string Label)> Ticks,
    double? Marked = null
)
{
    /// <summary>A place in percent of the width.</summary>
    public double Percent(double place) => First == Last ? 50 : 100 * (place - First) / (Last - First);

    /// <summary>Epochs: at most about six labels, evenly spaced, the first and last among them.</summary>
    public static Axis Epochs(int first, int last, int? marked) =>
        new(first, last, [.. Labelled(first, last).Select(e => ((double)e, Figures.Count(e)))], marked);

    private static IEnumerable<int> Labelled(int first, int last)
    {
        var step = Math.Max(1, (int)Math.Ceiling((last - first) / 6.0));
        for (var e = first; e + (step / 2.0) < last; e += step)
        {
            yield return e;
        }
        yield return last;
    }
}
