using Temper.Errors;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>What a search for the nearest wrong point needs to know of a norm; rows are flattened inputs, shape (N, D).</summary>
internal abstract class NormGeometry
{
    /// <summary>Whether a search by this geometry knows a threat's norm.</summary>
    /// <param name="threat">The threat.</param>
    public static bool Knows(ThreatModel threat) => threat.Norm is "linf" or "l2" or "l1";

    /// <summary>The geometry of a threat's norm.</summary>
    /// <param name="threat">The threat.</param>
    /// <param name="who">Who asks; the error names it.</param>
    /// <exception cref="ThreatException">The threat is no norm ball that such a search knows.</exception>
    public static NormGeometry Of(ThreatModel threat, string who)
    {
        NormGeometry geometry = threat.Norm switch
        {
            "linf" => LinfGeometry.Instance,
            "l2" => L2Geometry.Instance,
            "l1" => L1Geometry.Instance,
            _ => throw new ThreatException($"{who}: found threat {threat.Text}, expected linf, l2 or l1."),
        };
        return threat.Budgets is null ? geometry : new BudgetedGeometry(geometry, threat.Budgets);
    }

    /// <summary>Lengths of rows, shape (N, 1); the caller owns it.</summary>
    public abstract Tensor Length(Tensor delta);

    /// <summary>Lengths of gradients in the dual norm, shape (N, 1): by how much a step of length one changes a linear function at most.</summary>
    public abstract Tensor DualLength(Tensor gradient);

    /// <summary>
    /// The shortest move, in this norm, that changes w·x by <paramref name="gain"/> without leaving the box; where the box ends
    /// before, the move that changes it most.
    /// </summary>
    /// <param name="slopes">|w|, per value.</param>
    /// <param name="room">How far each value may move in the direction that helps.</param>
    /// <param name="gain">The change wanted, at least 0.</param>
    /// <param name="move">Overwritten with the sizes of the moves.</param>
    public abstract void Reach(ReadOnlySpan<double> slopes, ReadOnlySpan<double> room, double gain, Span<double> move);

    /// <summary>Fills values up to their room, in an order; the last one as far as it is needed.</summary>
    private protected static void Fill(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move,
        double[] worth
    )
    {
        move.Clear();
        var order = new int[slopes.Length];
        for (var i = 0; i < order.Length; i++)
        {
            (order[i], worth[i]) = (i, -worth[i]);
        }
        Array.Sort(worth, order);
        var left = gain;
        foreach (var i in order)
        {
            if (left <= 0)
            {
                return;
            }
            if (slopes[i] > 0)
            {
                move[i] = Math.Min(room[i], left / slopes[i]);
                left -= slopes[i] * move[i];
            }
        }
    }

    /// <summary>Moves all values in step, min(s·rate, room), with the s that gives the gain.</summary>
    /// <remarks>Values at their room stop growing; solving for the others only ever adds such values, so the rounds end.</remarks>
    private protected static void Level(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move,
        ReadOnlySpan<double> rate
    )
    {
        var isFull = new bool[slopes.Length];
        while (true)
        {
            var (left, speed) = (gain, 0.0);
            for (var i = 0; i < slopes.Length; i++)
            {
                left -= isFull[i] ? slopes[i] * room[i] : 0;
                speed += isFull[i] ? 0 : slopes[i] * rate[i];
            }
            var scale = speed > 0 ? Math.Max(0, left) / speed : 0;
            var isSettled = true;
            for (var i = 0; i < slopes.Length; i++)
            {
                if (!isFull[i])
                {
                    move[i] = scale * rate[i];
                    isFull[i] = move[i] >= room[i] && slopes[i] > 0;
                    isSettled &= !isFull[i];
                }
                move[i] = isFull[i] ? room[i] : Math.Min(move[i], room[i]);
            }
            if (isSettled)
            {
                return;
            }
        }
    }
}
