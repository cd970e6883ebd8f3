namespace Temper.Reports;

/// <summary>One bar of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Share">Its length, in [0, 1].</param>
/// <param name="Value">The share in words.</param>
/// <param name="Counts">The counts in words.</param>
/// <param name="Style">The style class of its fill.</param>
/// <param name="Upper">Where the upper limit is marked, or null.</param>
internal sealed record Bar(string Name, double Share, string Value, string Counts, string Style, double? Upper = null);
