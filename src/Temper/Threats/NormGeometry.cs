using System.Numerics;
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

    /// <summary>The length of a row of sizes, none of them negative.</summary>
    public abstract double Length(ReadOnlySpan<double> move);

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

    /// <summary>Moves all values in step, min(s·rate, room), with the s that gives the gain; a value of no slope stays.</summary>
    /// <remarks>
    /// The gain is concave in s, so Newton's steps from 0 come from below: values at their room stop growing, solving for the others
    /// only ever adds such values, and the rounds end.
    /// </remarks>
    private protected static void Level(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move,
        ReadOnlySpan<double> rate
    )
    {
        var scale = 0.0;
        while (true)
        {
            var (full, speed) = Full(slopes, room, rate, scale);
            // Where nothing can move any further, everything stands at its room.
            var next = speed > 0 ? Math.Max(0, gain - full) / speed : double.MaxValue;
            if (next <= scale)
            {
                break;
            }
            scale = next;
            if (speed <= 0)
            {
                break;
            }
        }
        for (var i = 0; i < move.Length; i++)
        {
            move[i] = slopes[i] > 0 ? Math.Min(scale * rate[i], room[i]) : 0;
        }
    }

    /// <summary>What values at their room give at a scale, and how fast the others give more.</summary>
    private static (double Full, double Speed) Full(
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        ReadOnlySpan<double> rate,
        double scale
    )
    {
        var (full, speed) = (Vector<double>.Zero, Vector<double>.Zero);
        var factor = new Vector<double>(scale);
        var i = 0;
        for (; i <= slopes.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var (slope, most, pace) = (
                new Vector<double>(slopes[i..]),
                new Vector<double>(room[i..]),
                new Vector<double>(rate[i..])
            );
            var isFull = Vector.GreaterThanOrEqual(factor * pace, most);
            full += Vector.ConditionalSelect(isFull, slope * most, Vector<double>.Zero);
            speed += Vector.ConditionalSelect(isFull, Vector<double>.Zero, slope * pace);
        }
        var (fullSum, speedSum) = (Vector.Sum(full), Vector.Sum(speed));
        for (; i < slopes.Length; i++)
        {
            var isFull = scale * rate[i] >= room[i];
            fullSum += isFull ? slopes[i] * room[i] : 0;
            speedSum += isFull ? 0 : slopes[i] * rate[i];
        }
        return (fullSum, speedSum);
    }
}
