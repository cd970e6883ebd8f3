namespace Temper.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Style">The style class of its stroke.</param>
/// <param name="Points">Epoch and value, in order of epoch.</param>
/// <param name="Last">The last value in words.</param>
internal sealed record Series(string Name, string Style, IReadOnlyList<(int X, double Y)> Points, string Last);
