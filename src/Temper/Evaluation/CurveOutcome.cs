namespace Temper.Evaluation;

/// <summary>The curve of accuracy against ε, and the smallest perturbations met on the way.</summary>
/// <param name="Rows">One row per budget, from 0.</param>
/// <param name="Smallest">The examples with the smallest perturbations found, smallest first.</param>
/// <param name="Seconds">The wall-clock time.</param>
public sealed record CurveOutcome(IReadOnlyList<CurveRow> Rows, IReadOnlyList<GalleryItem> Smallest, double Seconds);
