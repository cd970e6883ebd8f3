namespace Temper.Threats;

/// <summary>Windows under L2: a window takes the length that another one gives up, in a bump and its mirror image.</summary>
/// <remarks>Andriushchenko et al. 2020, algorithm 3 and section 3.3 (the pattern η); a grid of 5×5 bumps first.</remarks>
internal sealed class L2Windows : WindowMoves
{
    private const int Tiles = 5;

    /// <summary>Float32 rounding must not leave the ball: a hair less than the budget is used.</summary>
    private const double Hair = 1 - 1e-6;

    private readonly double _epsilon;
    private readonly PixelRange _box;
    private readonly float[]? _shares;
    private readonly float[] _delta;
    private readonly Dictionary<(int Rows, int Columns, bool AcrossRows), float[]> _patterns = [];

    public L2Windows(L2Threat threat, int channels, int height, int width)
        : base(channels, height, width)
    {
        (_epsilon, _box) = (threat.Epsilon.Value * Hair, threat.Box);
        _shares = threat.Budgets?.Shares.ToArray();
        _delta = new float[channels * height * width];
    }

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
        Write(clean, point);
    }

    /// <inheritdoc/>
    public override void Move(ReadOnlySpan<float> clean, Span<float> point, ReadOnlySpan<float> draws, double share)
    {
        for (var i = 0; i < _delta.Length; i++)
        {
            _delta[i] = point[i] - clean[i];
        }
        var (rows, columns) = Sides(share, least: 3, odd: true);
        var taker = new Window(Place(draws[0], rows, Height), Place(draws[1], columns, Width), rows, columns);
        var giver = new Window(Place(draws[2], rows, Height), Place(draws[3], columns, Width), rows, columns);
        var pattern = Known(rows, columns, Sign(draws[4]) > 0);
        var free = Math.Max(0, (_epsilon * _epsilon) - SquareOf(_delta)) / Channels;
        var old = new float[rows * columns];
        for (var c = 0; c < Channels; c++)
        {
            var given = Take(taker, c, old);
            var length = Math.Sqrt(given);
            // What lies in both windows has been taken, and is not counted twice.
            given += Take(giver, c, null);
            var sign = Sign(draws[5 + c]);
            var square = 0.0;
            foreach (var (at, i) in Places(taker, c))
            {
                var mixed = ((length > 0 ? old[i] / length : 0) + (sign * pattern[i])) * Share(at);
                square += mixed * mixed;
                old[i] = (float)mixed;
            }
            var scale = square > 1e-24 ? Math.Sqrt((given + free) / square) : 0;
            foreach (var (at, i) in Places(taker, c))
            {
                _delta[at] = (float)(old[i] * scale);
            }
        }
        Write(clean, point);
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

    private static double SquareOf(float[] values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (double)value * value;
        }
        return sum;
    }

    /// <summary>0 for a value that may not change, else 1.</summary>
    private float Share(int at) => _shares is null ? 1 : _shares[at];

    private float[] Known(int rows, int columns, bool acrossRows)
    {
        if (!_patterns.TryGetValue((rows, columns, acrossRows), out var pattern))
        {
            _patterns[(rows, columns, acrossRows)] = pattern = Pattern(rows, columns, acrossRows);
        }
        return pattern;
    }

    /// <summary>Clears a window of a channel and gives the square of the length that was in it.</summary>
    private double Take(Window window, int channel, float[]? kept)
    {
        var sum = 0.0;
        foreach (var (at, i) in Places(window, channel))
        {
            sum += (double)_delta[at] * _delta[at];
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

    /// <summary>The perturbation brought to the budget's length, on the clean input, in the box.</summary>
    private void Write(ReadOnlySpan<float> clean, Span<float> point)
    {
        var length = Math.Sqrt(SquareOf(_delta));
        var scale = length > 1e-12 ? _epsilon / length : 0;
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = Math.Clamp((float)(clean[i] + (_delta[i] * scale)), (float)_box.Low, (float)_box.High);
        }
    }

    private readonly record struct Window(int Top, int Left, int Rows, int Columns);
}
