using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>A geometry in which each value has a share of the budget: a move counts as its size over the share.</summary>
/// <remarks>In units of their shares the values are all alike: slopes grow by the share, room shrinks by it.</remarks>
internal sealed class BudgetedGeometry(NormGeometry inner, ValueBudgets budgets) : NormGeometry
{
    /// <inheritdoc/>
    public override double Length(ReadOnlySpan<double> move)
    {
        var counted = new double[move.Length];
        for (var i = 0; i < counted.Length; i++)
        {
            // What may not change has not moved.
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
}
