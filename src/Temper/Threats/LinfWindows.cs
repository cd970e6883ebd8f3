namespace Temper.Threats;

/// <summary>Windows under L∞: every value sits at one end of its interval; a window sets all values of a channel to the same end.</summary>
/// <remarks>Andriushchenko et al. 2020, algorithm 2: vertical stripes first, then squares of −ε or ε in each channel.</remarks>
internal sealed class LinfWindows : WindowMoves
{
    private readonly double _epsilon;
    private readonly PixelRange _box;
    private readonly float[]? _shares;

    public LinfWindows(LinfThreat threat, int channels, int height, int width)
        : base(channels, height, width) =>
        (_epsilon, _box, _shares) = (threat.Epsilon.Value, threat.Box, threat.Budgets?.Shares.ToArray());

    /// <inheritdoc/>
    public override int StartDraws => Channels * Width;

    /// <inheritdoc/>
    public override int MoveDraws => 2 + Channels;

    /// <inheritdoc/>
    public override void Start(ReadOnlySpan<float> clean, Span<float> point, ReadOnlySpan<float> draws)
    {
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = End(i, clean[i], Sign(draws[(i / (Height * Width) * Width) + (i % Width)]));
        }
    }

    /// <inheritdoc/>
    public override void Move(ReadOnlySpan<float> clean, Span<float> point, ReadOnlySpan<float> draws, double share)
    {
        var (rows, columns) = Sides(share, least: 1, odd: false);
        var (top, left) = (Place(draws[0], rows, Height), Place(draws[1], columns, Width));
        if (!Fill(clean, point, draws, (top, left, rows, columns), 1))
        {
            // The window is as it was, so the query would be wasted: the opposite signs are as likely and change it.
            Fill(clean, point, draws, (top, left, rows, columns), -1);
        }
    }

    private bool Fill(
        ReadOnlySpan<float> clean,
        Span<float> point,
        ReadOnlySpan<float> draws,
        (int Top, int Left, int Rows, int Columns) window,
        int turn
    )
    {
        var changed = false;
        for (var c = 0; c < Channels; c++)
        {
            var sign = turn * Sign(draws[2 + c]);
            for (var row = window.Top; row < window.Top + window.Rows; row++)
            {
                var at = (((c * Height) + row) * Width) + window.Left;
                for (var i = at; i < at + window.Columns; i++)
                {
                    var value = End(i, clean[i], sign);
                    changed |= value != point[i];
                    point[i] = value;
                }
            }
        }
        return changed;
    }

    /// <summary>The end of a value's interval, rounded towards the clean value where float32 would leave the ball.</summary>
    private float End(int at, float clean, int sign)
    {
        var exact = clean + (sign * _epsilon * (_shares?[at] ?? 1));
        var end = (float)exact;
        if (sign * (end - exact) > 0)
        {
            end = sign > 0 ? MathF.BitDecrement(end) : MathF.BitIncrement(end);
        }
        return Math.Clamp(end, (float)_box.Low, (float)_box.High);
    }
}
