namespace Temper.Certification.Smoothing;

/// <summary>One point of the curve of certified accuracy against the radius.</summary>
/// <param name="Radius">The distance, L2, in input units.</param>
/// <param name="Certified">Examples whose label is certified at this distance.</param>
/// <param name="N">All examples.</param>
/// <param name="Rate">The share.</param>
public sealed record SmoothedPoint(double Radius, int Certified, int N, double Rate);
