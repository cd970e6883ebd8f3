using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The geometry of L∞: all values move by the same amount, those without room as far as they can.</summary>
internal sealed class LinfGeometry : NormGeometry
{
    [ThreadStatic]
    private static double[]? _ones;

    private LinfGeometry() { }

    /// <summary>Gets the geometry.</summary>
    public static LinfGeometry Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Length(Tensor delta) => delta.abs().amax([1], keepdim: true);

    /// <inheritdoc/>
    public override double Length(ReadOnlySpan<double> move)
    {
        var longest = 0.0;
        foreach (var value in move)
        {
            longest = Math.Max(longest, value);
        }
        return longest;
    }

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
        if (_ones is null || _ones.Length < slopes.Length)
        {
            _ones = [.. Enumerable.Repeat(1.0, slopes.Length)];
        }
        Level(slopes, room, gain, move, _ones.AsSpan(0, slopes.Length));
    }
}
