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
    public override double Length(ReadOnlySpan<double> move)
    {
        var sum = 0.0;
        foreach (var value in move)
        {
            sum += value;
        }
        return sum;
    }

    /// <inheritdoc/>
    public override Tensor DualLength(Tensor gradient) => gradient.abs().amax([1], keepdim: true);

    /// <inheritdoc/>
    /// <remarks>Duchi et al. 2008, figure 1: all sizes fall by the same amount, those below it to zero.</remarks>
    public override Tensor Shrink(Tensor delta, Tensor radius)
    {
        using var scope = NewDisposeScope();
        var sizes = delta.abs();
        var (sorted, _) = sizes.sort(1, descending: true);
        var counts = arange(1, delta.shape[1] + 1, dtype: delta.dtype, device: delta.device).unsqueeze(0);
        var falls = (sorted.cumsum(1) - radius) / counts;
        var kept = sorted.gt(falls).to(ScalarType.Int64).sum(1, keepdim: true).clamp_min(1) - 1;
        var fall = falls.gather(1, kept).clamp_min(0);
        return (delta.sign() * (sizes - fall).clamp_min(0)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Reach(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move
    ) => Fill(slopes, room, gain, move, slopes);
}
