using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The geometry of L∞: all values move by the same amount, those without room as far as they can.</summary>
internal sealed class LinfGeometry : NormGeometry
{
    private LinfGeometry() { }

    /// <summary>Gets the geometry.</summary>
    public static LinfGeometry Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Length(Tensor delta) => delta.abs().amax([1], keepdim: true);

    /// <inheritdoc/>
    public override Tensor DualLength(Tensor gradient) => gradient.abs().sum(1, keepdim: true);

    /// <inheritdoc/>
    public override Tensor Shrink(Tensor delta, Tensor radius)
    {
        using var scope = NewDisposeScope();
        return maximum(minimum(delta, radius), -radius).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Reach(ReadOnlySpan<double> slopes, ReadOnlySpan<double> room, double gain, Span<double> move)
    {
        var rate = new double[slopes.Length];
        for (var i = 0; i < rate.Length; i++)
        {
            // A value that changes nothing stays.
            rate[i] = slopes[i] > 0 ? 1 : 0;
        }
        Level(slopes, room, gain, move, rate);
    }
}
