namespace Temper.Evaluation.Health;

/// <summary>How much the margins of the correct examples change at random points nearby.</summary>
/// <param name="N">The examples.</param>
/// <param name="Points">The random points of each.</param>
/// <param name="Radius">How far each value moves at most, in input units.</param>
/// <param name="MeanChange">
/// The mean change of the margin max_{k≠y} z_k − z_y: as a share of the example's own margin or of the median one, whichever is
/// larger, 1 at most. From 0 to 1.
/// </param>
/// <remarks>
/// Pintor et al. 2022, indicator 2 (unstable predictions), which takes the loss; the margin does not saturate, and the share does not
/// depend on the scale of the scores. Noise on the input and activations with jumps bring it about.
/// </remarks>
public sealed record StabilityHealth(int N, int Points, double Radius, double MeanChange);
