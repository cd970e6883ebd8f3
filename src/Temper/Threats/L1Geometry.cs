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
    /// <remarks>Duchi et al. 2008: sizes lose a threshold, found among the sorted sizes.</remarks>
    public override Tensor Shrink(Tensor delta, Tensor radius)
    {
        var size = delta.abs();
        var (sorted, _) = size.sort(1, descending: true);
        var rank = arange(1, size.shape[1] + 1, dtype: size.dtype, device: size.device);
        var thresholds = (sorted.cumsum(1) - radius) / rank;
        var last = sorted.gt(thresholds).to(ScalarType.Int64).sum(1, keepdim: true).sub(1).clamp_min(0);
        var threshold = thresholds.gather(1, last).clamp_min(0);
        return (size - threshold).clamp_min(0) * delta.sign();
    }

    /// <inheritdoc/>
    public override void Reach(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move
    ) => Fill(slopes, room, gain, move, slopes.ToArray());
}
