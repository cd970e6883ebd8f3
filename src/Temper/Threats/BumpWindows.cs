using System.Numerics;

namespace Temper.Threats;

/// <summary>Windows under norms that sum over values: a window takes what another one gives up, in a bump and its mirror image.</summary>
/// <remarks>
/// Andriushchenko et al. 2020, algorithm 3 and section 3.3 (the pattern η); a grid of 5×5 bumps first. Under L1 the same with sums of
/// sizes in the place of sums of squares, as in AutoAttack's code.
/// </remarks>
internal abstract class BumpWindows : WindowMoves
{
    private const int Tiles = 5;

    private readonly double _budget;
    private readonly float[]? _shares;
    private readonly float[] _delta;
    private readonly Dictionary<(int Rows, int Columns, bool AcrossRows), float[]> _patterns = [];

    /// <param name="budget">The budget, as <see cref="Sum"/> measures it.</param>
    /// <param name="budgets">The values that may change; null for all.</param>
    /// <param name="channels">The channels C.</param>
    /// <param name="height">The height H.</param>
    /// <param name="width">The width W.</param>
    protected BumpWindows(double budget, ValueBudgets? budgets, int channels, int height, int width)
        : base(channels, height, width)
    {
        (_budget, _shares) = (budget, budgets?.Shares.ToArray());
        _delta = new float[channels * height * width];
    }

    /// <summary>What the values of a change add up to, in the norm's own measure.</summary>
    protected abstract double Sum(ReadOnlySpan<float> values);

    /// <summary>The length whose measure is a sum.</summary>
    protected abstract double Length(double sum);

    /// <summary>Writes a legal point from a change.</summary>
    /// <param name="clean">The clean input.</param>
    /// <param name="change">The change.</param>
    /// <param name="point">Overwritten.</param>
    protected abstract void Write(ReadOnlySpan<float> clean, ReadOnlySpan<float> change, Span<float> point);

    /// <inheritdoc/>
    public override int StartDraws => Grid(Height).Count * Grid(Width).Count * (Channels + 1);

    /// <inheritdoc/>
    public override int MoveDraws => 5 + Channels;

    /// <inheritdoc/>
    public override void Start(ReadOnlySpan<float> clean, Span<float> point, ReadOnlySpan<float> draws)
    {
        Array.Clear(_delta);
        var ((rows, down), (columns, across)) = (Grid(Height), Grid(Width));
        var (firstRow, firstColumn) = ((Height - (down * rows)) / 2, (Width - (across * columns)) / 2);
        for (var tile = 0; tile < down * across; tile++)
        {
            var mine = draws.Slice(tile * (Channels + 1), Channels + 1);
            var pattern = Known(rows, columns, Sign(mine[0]) > 0);
            var window = new Window(
                firstRow + (tile / across * rows),
                firstColumn + (tile % across * columns),
                rows,
                columns
            );
            for (var c = 0; c < Channels; c++)
            {
                var sign = Sign(mine[1 + c]);
                foreach (var (at, i) in Places(window, c))
                {
                    _delta[at] = sign * pattern[i] * Share(at);
                }
            }
        }
        Write(clean, _delta, point);
    }

    /// <inheritdoc/>
    public override void Move(ReadOnlySpan<float> clean, Span<float> point, ReadOnlySpan<float> draws, double share)
    {
        Subtract(point, clean, _delta);
        var (rows, columns) = Sides(share, least: 3, odd: true);
        var taker = new Window(Place(draws[0], rows, Height), Place(draws[1], columns, Width), rows, columns);
        var giver = new Window(Place(draws[2], rows, Height), Place(draws[3], columns, Width), rows, columns);
        var pattern = Known(rows, columns, Sign(draws[4]) > 0);
        var free = Math.Max(0, _budget - Sum(_delta)) / Channels;
        var old = new float[rows * columns];
        for (var c = 0; c < Channels; c++)
        {
            var given = Take(taker, c, old);
            var length = Length(given);
            // What lies in both windows has been taken, and is not counted twice.
            given += Take(giver, c, null);
            var sign = Sign(draws[5 + c]);
            for (var i = 0; i < old.Length; i++)
            {
                old[i] = (float)((length > 0 ? old[i] / length : 0) + (sign * pattern[i]));
            }
            foreach (var (at, i) in _shares is null ? [] : Places(taker, c))
            {
                old[i] *= Share(at);
            }
            var sum = Sum(old);
            var scale = sum > 1e-24 ? Length((given + free) / sum) : 0;
            foreach (var (at, i) in Places(taker, c))
            {
                _delta[at] = (float)(old[i] * scale);
            }
        }
        Write(clean, _delta, point);
    }

    /// <summary>The pattern η of length 1: a bump that falls off from its middle in one half, its mirror image in the other.</summary>
    internal static float[] Pattern(int rows, int columns, bool acrossRows)
    {
        // One row cannot be split across rows.
        var split = rows > 1 && (acrossRows || columns == 1);
        var pattern = new double[rows * columns];
        var length = split ? rows : columns;
        for (var i = 0; i < pattern.Length; i++)
        {
            var (along, beside) = split ? (i / columns, i % columns) : (i % columns, i / columns);
            var first = along < length / 2;
            var half = first ? length / 2 : length - (length / 2);
            var bump = Bump(first ? along : along - (length / 2), beside, half, split ? columns : rows);
            pattern[i] = first ? bump : -bump;
        }
        var size = Math.Sqrt(pattern.Sum(v => v * v));
        return [.. pattern.Select(v => (float)(v / size))];
    }

    /// <summary>Equation 2 of the paper: Σ 1/(k + 1)² from the distance to the middle up to the largest distance.</summary>
    private static double Bump(int along, int beside, int length, int breadth)
    {
        var distance = Math.Max(Math.Abs(along - (length / 2)), Math.Abs(beside - (breadth / 2)));
        var sum = 0.0;
        for (var k = distance; k <= Math.Max(length / 2, breadth / 2); k++)
        {
            sum += 1.0 / ((k + 1.0) * (k + 1.0));
        }
        return sum;
    }

    private static (int Side, int Count) Grid(int length)
    {
        var side = Math.Max(1, length / Tiles);
        return (side, length / side);
    }

    private static void Subtract(ReadOnlySpan<float> from, ReadOnlySpan<float> what, Span<float> difference)
    {
        var i = 0;
        for (; i <= from.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(from[i..]) - new Vector<float>(what[i..])).CopyTo(difference[i..]);
        }
        for (; i < from.Length; i++)
        {
            difference[i] = from[i] - what[i];
        }
    }

    /// <summary>0 for a value that may not change, else 1.</summary>
    private float Share(int at) => _shares is null ? 1 : _shares[at];

    private float[] Known(int rows, int columns, bool acrossRows)
    {
        if (!_patterns.TryGetValue((rows, columns, acrossRows), out var pattern))
        {
            pattern = Pattern(rows, columns, acrossRows);
            var length = (float)Length(Sum(pattern));
            _patterns[(rows, columns, acrossRows)] = pattern = [.. pattern.Select(v => v / length)];
        }
        return pattern;
    }

    /// <summary>Clears a window of a channel and gives what was in it, as <see cref="Sum"/> measures it.</summary>
    private double Take(Window window, int channel, float[]? kept)
    {
        var sum = 0.0;
        foreach (var (at, i) in Places(window, channel))
        {
            sum += Sum(_delta.AsSpan(at, 1));
            if (kept is not null)
            {
                kept[i] = _delta[at];
            }
            _delta[at] = 0;
        }
        return sum;
    }

    /// <summary>The places of a window in a channel: in the row of values, and in the window.</summary>
    private IEnumerable<(int At, int Inside)> Places(Window window, int channel)
    {
        for (var i = 0; i < window.Rows * window.Columns; i++)
        {
            var (row, column) = (window.Top + (i / window.Columns), window.Left + (i % window.Columns));
            yield return ((((channel * Height) + row) * Width) + column, i);
        }
    }

    private readonly record struct Window(int Top, int Left, int Rows, int Columns);
}
