using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The geometry of L1: the values of the steepest slope move first.</summary>
internal sealed class L1Geometry : NormGeometry
{
    private L1Geometry() { }

    /// <summary>Gets the geometry.</summary>
    public static L1Geometry Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Length(Tensor delta) => delta.abs().sum(1, keepdim: true);

    /// <inheritdoc/>
    public override Tensor DualLength(Tensor gradient) => gradient.abs().amax([1], keepdim: true);

    /// <inheritdoc/>
    public override void Reach(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move
    ) => Fill(slopes, room, gain, move, slopes.ToArray());
}
