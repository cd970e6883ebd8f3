namespace Temper.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Style">The style class of its stroke.</param>
/// <param name="Points">Place on the axis and value, in order of place.</param>
/// <param name="Last">The value that the legend gives, in words.</param>
/// <param name="Upper">An upper limit for each point, drawn as a band above the line; null for none.</param>
internal sealed record Series(
    string Name,
    string Style,
    IReadOnlyList<(double X, double Y)> Points,
    string Last,
    IReadOnlyList<double>? Upper = null
)
{
    /// <summary>Gets a lower limit for each point, from which the band then begins; null for the line itself.</summary>
    public IReadOnlyList<double>? Lower { get; init; }
}
