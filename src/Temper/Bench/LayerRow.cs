namespace Temper.Bench;

/// <summary>One operator of a network by itself, in evaluation mode and done plainly.</summary>
/// <param name="Network">The network.</param>
/// <param name="Batch">The batch size.</param>
/// <param name="Name">The name of its weights, or of its result where it has none.</param>
/// <param name="Operator">The operator.</param>
/// <param name="ForwardSeconds">The median time of the forward pass.</param>
/// <param name="GradientSeconds">The median time of the gradient for its input; 0 where there is none.</param>
/// <param name="Gigaflop">Operations of both, 10⁹; 0 for operators without products.</param>
/// <param name="PeakShare">What it achieves, as a share of the machine's matrix product; absent without products.</param>
/// <param name="Weights">The shape of its weights, outputs first; absent without products.</param>
internal sealed record LayerRow(
    string Network,
    int Batch,
    string Name,
    string Operator,
    double ForwardSeconds,
    double GradientSeconds,
    double Gigaflop,
    double? PeakShare = null,
    IReadOnlyList<long>? Weights = null
)
{
    /// <summary>The time of both passes.</summary>
    public double Seconds() => ForwardSeconds + GradientSeconds;
}
