using System.Runtime.Intrinsics;

namespace Temper.Training.Certified.Fused;

/// <summary>Linear functions of what leaves ReLUs as functions of what enters them, from above, row by row: forward and back in one walk each.</summary>
/// <remarks>
/// Over [l, u] = [m − r, m + r] with l &lt; 0 &lt; u: above the ReLU the chord c = u / (u − l), which adds s = −l c; below it the line
/// with slope 1 where u &gt; −l, else 0. Elsewhere both slopes are 1 or 0 and nothing is added (Zhang et al. 2018).
/// </remarks>
internal static class KneeRows
{
    private const int Lanes = 8;

    /// <summary>Brings a function back.</summary>
    /// <param name="m">Middles before the ReLUs.</param>
    /// <param name="r">Radii.</param>
    /// <param name="row">The function of what leaves them.</param>
    /// <param name="back">The function of what enters them; written.</param>
    /// <returns>What it gains.</returns>
    public static float Forward(ReadOnlySpan<float> m, ReadOnlySpan<float> r, ReadOnlySpan<float> row, Span<float> back)
    {
        var i = 0;
        var gains = Vector256<float>.Zero;
        for (; i <= m.Length - Lanes; i += Lanes)
        {
            var lines = Lines(Vector256.Create(m[i..]), Vector256.Create(r[i..]));
            var w = Vector256.Create(row[i..]);
            var (positive, negative) = (Vector256.Max(w, default), Vector256.Min(w, default));
            (positive * lines.Chord + negative * lines.Below).CopyTo(back[i..]);
            gains += positive * lines.Shift;
        }
        var gain = Vector256.Sum(gains);
        for (; i < m.Length; i++)
        {
            var lines = Lines(Vector256.Create(m[i]), Vector256.Create(r[i]));
            back[i] = row[i] * (row[i] >= 0 ? lines.Chord[0] : lines.Below[0]);
            gain += Math.Max(row[i], 0) * lines.Shift[0];
        }
        return gain;
    }

    /// <summary>The gradients.</summary>
    /// <param name="m">Middles before the ReLUs.</param>
    /// <param name="r">Radii.</param>
    /// <param name="row">The function of what leaves them.</param>
    /// <param name="gain">The gradient of what it gains.</param>
    /// <param name="back">The gradient of the function brought back.</param>
    /// <param name="toRow">That of the function; written.</param>
    /// <param name="toMiddle">The gradients of the middles, added to.</param>
    /// <param name="toRadius">The gradients of the radii, added to.</param>
    public static void Backward(
        ReadOnlySpan<float> m,
        ReadOnlySpan<float> r,
        ReadOnlySpan<float> row,
        float gain,
        ReadOnlySpan<float> back,
        Span<float> toRow,
        Span<float> toMiddle,
        Span<float> toRadius
    )
    {
        var i = 0;
        var all = Vector256.Create(gain);
        for (; i <= m.Length - Lanes; i += Lanes)
        {
            var found = Gradients(
                Lines(Vector256.Create(m[i..]), Vector256.Create(r[i..])),
                Vector256.Create(row[i..]),
                all,
                Vector256.Create(back[i..])
            );
            found.Row.CopyTo(toRow[i..]);
            (Vector256.Create(toMiddle[i..]) + found.Upper + found.Lower).CopyTo(toMiddle[i..]);
            (Vector256.Create(toRadius[i..]) + found.Upper - found.Lower).CopyTo(toRadius[i..]);
        }
        for (; i < m.Length; i++)
        {
            var lines = Lines(Vector256.Create(m[i]), Vector256.Create(r[i]));
            var found = Gradients(lines, Vector256.Create(row[i]), all, Vector256.Create(back[i]));
            toRow[i] = found.Row[0];
            toMiddle[i] += found.Upper[0] + found.Lower[0];
            toRadius[i] += found.Upper[0] - found.Lower[0];
        }
    }

    private static Around Lines(Vector256<float> m, Vector256<float> r)
    {
        var (zero, one) = (Vector256<float>.Zero, Vector256.Create(1f));
        var (low, high) = (m - r, m + r);
        var loose = Vector256.LessThan(low, zero) & Vector256.GreaterThan(high, zero);
        var settled = one & Vector256.GreaterThanOrEqual(low, zero);
        var width = Vector256.ConditionalSelect(loose, high - low, one);
        var share = high / width & loose;
        var chord = Vector256.ConditionalSelect(loose, share, settled);
        var below = Vector256.ConditionalSelect(loose, one & Vector256.GreaterThan(high, -low), settled);
        return new(low / width & loose, share, width, chord, below, -low * chord & loose);
    }

    /// <summary>Those of the function, and of the ends before the ReLUs.</summary>
    private static (Vector256<float> Row, Vector256<float> Lower, Vector256<float> Upper) Gradients(
        Around lines,
        Vector256<float> row,
        Vector256<float> gain,
        Vector256<float> back
    )
    {
        var isAbove = Vector256.GreaterThanOrEqual(row, default);
        var toRow = Vector256.ConditionalSelect(isAbove, back * lines.Chord + gain * lines.Shift, back * lines.Below);
        var positive = Vector256.Max(row, default);
        // Both shares are 0 where a unit is settled, and with them what is added. They are at most 1, however narrow a unit is.
        var slope = back / lines.Width;
        var upper = positive * lines.LowShare * (lines.LowShare * gain - slope);
        var lower = positive * lines.HighShare * (slope - lines.HighShare * gain);
        return (toRow, lower, upper);
    }

    private readonly record struct Around(
        Vector256<float> LowShare,
        Vector256<float> HighShare,
        Vector256<float> Width,
        Vector256<float> Chord,
        Vector256<float> Below,
        Vector256<float> Shift
    );
}
