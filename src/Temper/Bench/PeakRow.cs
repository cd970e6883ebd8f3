namespace Temper.Bench;

/// <summary>The best matrix product of this machine: what the achieved operations are held against.</summary>
/// <param name="GigaflopPerSecond">Operations, 10⁹ a second; a multiplication with its addition is two.</param>
/// <param name="Size">The side of the square matrices it was measured at.</param>
internal sealed record PeakRow(double GigaflopPerSecond, int Size);
