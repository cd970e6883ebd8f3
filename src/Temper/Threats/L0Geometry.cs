using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The geometry of L0, the number of changed values: those that can change most move first.</summary>
internal sealed class L0Geometry : NormGeometry
{
    private L0Geometry() { }

    /// <summary>Gets the geometry.</summary>
    public static L0Geometry Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Length(Tensor delta)
    {
        using var scope = NewDisposeScope();
        return delta.ne(0).to(delta.dtype).sum(1, keepdim: true).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override double Length(ReadOnlySpan<double> move)
    {
        var changed = 0;
        foreach (var value in move)
        {
            changed += value != 0 ? 1 : 0;
        }
        return changed;
    }

    /// <inheritdoc/>
    /// <remarks>L0 has no dual norm; for a box of width one the largest slope bounds the change per value.</remarks>
    public override Tensor DualLength(Tensor gradient) => gradient.abs().amax([1], keepdim: true);

    /// <inheritdoc/>
    /// <remarks>The largest values stay, as many as the radius has whole ones.</remarks>
    public override Tensor Shrink(Tensor delta, Tensor radius)
    {
        using var scope = NewDisposeScope();
        var place = delta.abs().argsort(1, descending: true).argsort(1);
        return (delta * place.to(delta.dtype).lt(radius.floor()).to(delta.dtype)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>One value: a search begins with the fewest.</remarks>
    public override Tensor FirstRadius(Tensor like) => ones_like(like);

    /// <inheritdoc/>
    /// <remarks>The values that change go to the faces, which costs nothing here.</remarks>
    public override Tensor Stretch(Tensor delta, Tensor radius, double width)
    {
        using var scope = NewDisposeScope();
        return (Shrink(delta, radius).sign() * width).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The way between two sparse changes is no sparse change. Short of the foot, a share of the changes is put back instead, those
    /// that the gradient finds least useful, and one of them at least.
    /// </remarks>
    public override Tensor Between(Tensor point, Tensor foot, Tensor clean, Tensor slope, Tensor share)
    {
        using var scope = NewDisposeScope();
        var delta = point - clean;
        var worth = where(delta.ne(0), delta * slope, full_like(delta, double.PositiveInfinity));
        var place = worth.argsort(1).argsort(1).to(delta.dtype);
        var kept = place.ge((Length(delta) * share).floor().clamp_min(1));
        return where(share.ge(1), foot, where(kept, point, clean)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>A count of values has no such linear model.</remarks>
    public override Tensor Ahead(Tensor delta, Tensor margin, Tensor gradient) => Length(delta);

    /// <inheritdoc/>
    /// <remarks>By one value at least, else small counts would never change.</remarks>
    public override Tensor Grow(Tensor radius, double share)
    {
        using var scope = NewDisposeScope();
        return maximum(radius + 1, (radius * (1 + share)).floor()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>By one value at least.</remarks>
    public override Tensor Cut(Tensor radius, double share)
    {
        using var scope = NewDisposeScope();
        return minimum(radius - 1, (radius * (1 - share)).floor()).clamp_min(0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Reach(ReadOnlySpan<double> slopes, ReadOnlySpan<double> room, double gain, Span<double> move)
    {
        var worth = new double[slopes.Length];
        for (var i = 0; i < worth.Length; i++)
        {
            worth[i] = slopes[i] * room[i];
        }
        Fill(slopes, room, gain, move, worth);
    }
}
