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
    public static NormGeometry Of(ThreatModel threat, string who) =>
        threat.Norm switch
        {
            "linf" => LinfGeometry.Instance,
            "l2" => L2Geometry.Instance,
            "l1" => L1Geometry.Instance,
            "l0" => L0Geometry.Instance,
            _ => throw new ThreatException($"{who}: found threat {threat.Text}, expected linf, l2, l1 or l0."),
        };

    /// <summary>Lengths of rows, shape (N, 1); the caller owns it.</summary>
    public abstract Tensor Length(Tensor delta);

    /// <summary>Lengths of gradients in the dual norm, shape (N, 1): by how much a step of length one changes a linear function at most.</summary>
    public abstract Tensor DualLength(Tensor gradient);

    /// <summary>The nearest deltas (Euclidean) that are no longer than their radius; the caller owns them.</summary>
    /// <param name="delta">Shape (N, D), borrowed.</param>
    /// <param name="radius">Shape (N, 1), borrowed.</param>
    public abstract Tensor Shrink(Tensor delta, Tensor radius);

    /// <summary>The radii a search starts with that looks for the boundary; the caller owns them.</summary>
    /// <param name="like">Shape (N, 1), borrowed.</param>
    public virtual Tensor FirstRadius(Tensor like) => full_like(like, double.PositiveInfinity);

    /// <summary>Deltas as long as their radius in the direction of the given ones, for a search that has found nothing yet; the caller owns them.</summary>
    /// <param name="delta">Shape (N, D), borrowed.</param>
    /// <param name="radius">Shape (N, 1), borrowed.</param>
    /// <param name="width">The width of the box.</param>
    public virtual Tensor Stretch(Tensor delta, Tensor radius, double width)
    {
        using var scope = NewDisposeScope();
        var share = (radius / Length(delta).clamp_min(1e-12)).clamp_min(1);
        return Shrink(delta * share, radius).MoveToOuterDisposeScope();
    }

    /// <summary>Points between wrong ones and the feet of their linearised boundary; the caller owns them.</summary>
    /// <param name="point">The wrong points, shape (N, D), borrowed.</param>
    /// <param name="foot">The feet, borrowed.</param>
    /// <param name="clean">The clean inputs, borrowed.</param>
    /// <param name="slope">The gradients of the margin at the wrong points, borrowed.</param>
    /// <param name="share">How far towards the foot, from 0 to 1, shape (N, 1), borrowed.</param>
    public virtual Tensor Between(Tensor point, Tensor foot, Tensor clean, Tensor slope, Tensor share)
    {
        using var scope = NewDisposeScope();
        return (point + ((foot - point) * share)).MoveToOuterDisposeScope();
    }

    /// <summary>How long a perturbation must be at least, as its linear model of the margin says; the caller owns the result.</summary>
    /// <param name="delta">The perturbation, shape (N, D), borrowed.</param>
    /// <param name="margin">The margin there, shape (N, 1), borrowed.</param>
    /// <param name="gradient">Its gradient, shape (N, D), borrowed.</param>
    public virtual Tensor Ahead(Tensor delta, Tensor margin, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return (Length(delta) + (margin.abs() / DualLength(gradient).clamp_min(1e-12))).MoveToOuterDisposeScope();
    }

    /// <summary>Radii that are larger by a share; the caller owns them.</summary>
    /// <param name="radius">Shape (N, 1), borrowed.</param>
    /// <param name="share">The share.</param>
    public virtual Tensor Grow(Tensor radius, double share) => radius * (1 + share);

    /// <summary>Radii that are smaller by a share; the caller owns them.</summary>
    /// <param name="radius">Shape (N, 1), borrowed.</param>
    /// <param name="share">The share.</param>
    public virtual Tensor Cut(Tensor radius, double share) => radius * (1 - share);

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
            if (slopes[i] * room[i] >= left)
            {
                // The last: what rounding might leave is no reason to move another.
                move[i] = left / slopes[i];
                return;
            }
            if (slopes[i] > 0)
            {
                move[i] = room[i];
                left -= slopes[i] * room[i];
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
