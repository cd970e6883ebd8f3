using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>A geometry in which each value has a share of the budget: a move counts as its size over the share.</summary>
/// <remarks>In units of their shares the values are all alike: slopes grow by the share, room shrinks by it.</remarks>
internal sealed class BudgetedGeometry(NormGeometry inner, ValueBudgets budgets) : NormGeometry
{
    /// <inheritdoc/>
    public override Tensor Length(Tensor delta)
    {
        using var scope = NewDisposeScope();
        return inner.Length(InShares(delta)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override double Length(ReadOnlySpan<double> move)
    {
        var counted = new double[move.Length];
        for (var i = 0; i < counted.Length; i++)
        {
            counted[i] = budgets.Shares[i] > 0 ? move[i] / budgets.Shares[i] : 0;
        }
        return inner.Length(counted);
    }

    /// <inheritdoc/>
    public override Tensor DualLength(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return inner.DualLength(gradient * budgets.For(gradient)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Shrink(Tensor delta, Tensor radius)
    {
        using var scope = NewDisposeScope();
        return (inner.Shrink(InShares(delta), radius) * budgets.For(delta)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor FirstRadius(Tensor like) => inner.FirstRadius(like);

    /// <inheritdoc/>
    public override Tensor Stretch(Tensor delta, Tensor radius, double width)
    {
        using var scope = NewDisposeScope();
        return (inner.Stretch(InShares(delta), radius, width) * budgets.For(delta)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Between(Tensor point, Tensor foot, Tensor clean, Tensor slope, Tensor share) =>
        inner.Between(point, foot, clean, slope, share);

    /// <inheritdoc/>
    public override Tensor Ahead(Tensor delta, Tensor margin, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return inner.Ahead(InShares(delta), margin, gradient * budgets.For(gradient)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Grow(Tensor radius, double share) => inner.Grow(radius, share);

    /// <inheritdoc/>
    public override Tensor Cut(Tensor radius, double share) => inner.Cut(radius, share);

    /// <inheritdoc/>
    public override void Reach(ReadOnlySpan<double> slopes, ReadOnlySpan<double> room, double gain, Span<double> move)
    {
        var (steep, free) = (new double[slopes.Length], new double[slopes.Length]);
        for (var i = 0; i < steep.Length; i++)
        {
            double share = budgets.Shares[i];
            (steep[i], free[i]) = (slopes[i] * share, share > 0 ? room[i] / share : 0);
        }
        inner.Reach(steep, free, gain, move);
        for (var i = 0; i < move.Length; i++)
        {
            move[i] *= budgets.Shares[i];
        }
    }

    /// <summary>Changes over their shares; what may not change has not moved.</summary>
    private Tensor InShares(Tensor delta)
    {
        var shares = budgets.For(delta);
        return where(shares.gt(0), delta / shares, 0f);
    }
}
