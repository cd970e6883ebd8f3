using System.Buffers;
using Temper.Threats;

namespace Temper.Attacks;

/// <summary>The shortest moves of one point, within the box, to its decision boundary as a linear model sees it; scratch memory of one thread.</summary>
internal sealed class BoundaryMoves : IDisposable
{
    private readonly NormGeometry _geometry;
    private readonly PixelRange _box;
    private readonly double[] _sizes;
    private readonly double[] _room;
    private readonly double[] _move;
    private readonly int _width;

    /// <summary>Takes memory for points of a width.</summary>
    public BoundaryMoves(NormGeometry geometry, PixelRange box, int width)
    {
        (_geometry, _box, _width) = (geometry, box, width);
        (_sizes, _room, _move) = (Rent(), Rent(), Rent());

        double[] Rent() => ArrayPool<double>.Shared.Rent(width);
    }

    /// <summary>Finds the move to where gap + slope·move = 0; where the box ends before, the one that changes it most.</summary>
    /// <param name="x">A point of the box.</param>
    /// <param name="gap">The gap there; where it is not finite nothing moves.</param>
    /// <param name="slope">The slope.</param>
    /// <param name="move">Overwritten.</param>
    /// <returns>The move's length in the norm.</returns>
    public double Find(ReadOnlySpan<float> x, double gap, ReadOnlySpan<float> slope, Span<float> move)
    {
        if (!double.IsFinite(gap))
        {
            move.Clear();
            return 0;
        }
        var sizes = _sizes.AsSpan(0, _width);
        var room = _room.AsSpan(0, _width);
        var steps = _move.AsSpan(0, _width);
        // A point beyond the boundary comes back to it: the slope is turned round.
        var turn = gap > 0 ? -1f : 1f;
        var (low, high) = (_box.Low, _box.High);
        for (var i = 0; i < x.Length; i++)
        {
            sizes[i] = Math.Abs(slope[i]);
            room[i] = Math.Max(0, turn * slope[i] > 0 ? high - x[i] : x[i] - low);
        }
        _geometry.Reach(sizes, room, Math.Abs(gap), steps);
        for (var i = 0; i < x.Length; i++)
        {
            move[i] = (float)Math.CopySign(steps[i], turn * slope[i]);
        }
        return _geometry.Length(steps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(_sizes);
        ArrayPool<double>.Shared.Return(_room);
        ArrayPool<double>.Shared.Return(_move);
    }
}
