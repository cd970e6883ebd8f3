using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The geometry of L2: values move in proportion to their slopes, those without room as far as they can.</summary>
internal sealed class L2Geometry : NormGeometry
{
    private L2Geometry() { }

    /// <summary>Gets the geometry.</summary>
    public static L2Geometry Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Length(Tensor delta) => delta.square().sum(1, keepdim: true).sqrt();

    /// <inheritdoc/>
    public override double Length(ReadOnlySpan<double> move)
    {
        var sum = 0.0;
        foreach (var value in move)
        {
            sum += value * value;
        }
        return Math.Sqrt(sum);
    }

    /// <inheritdoc/>
    public override Tensor DualLength(Tensor gradient) => Length(gradient);

    /// <inheritdoc/>
    public override Tensor Shrink(Tensor delta, Tensor radius)
    {
        using var scope = NewDisposeScope();
        return (delta * (radius / Length(delta).clamp_min(1e-12)).clamp_max(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Reach(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move
    ) => Level(slopes, room, gain, move, slopes);
}
