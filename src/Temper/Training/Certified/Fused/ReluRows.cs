using System.Runtime.Intrinsics;

namespace Temper.Training.Certified.Fused;

/// <summary>A ReLU on rows of intervals, forward and back, each in one walk through memory.</summary>
/// <remarks>
/// Middles m and radii r become ((m + r)⁺ ± (m − r)⁺) / 2. A training step spends more time fetching intermediate results of such small
/// operations than computing them.
/// </remarks>
internal static class ReluRows
{
    /// <summary>The number of sums: Σm, Σr, and of the units always on, then of those always off: their number, Σm, Σm².</summary>
    public const int Sums = 8;

    private const int Lanes = 8;

    // Sums are kept in float32 no longer than this, and added up in float64.
    private const int Run = 64 * Lanes;

    /// <summary>Writes middles and radii behind the ReLU.</summary>
    public static void Forward(ReadOnlySpan<float> m, ReadOnlySpan<float> r, Span<float> middle, Span<float> radius)
    {
        var i = 0;
        var half = Vector256.Create(0.5f);
        for (; i <= m.Length - Lanes; i += Lanes)
        {
            var (mid, rad) = (Vector256.Create(m[i..]), Vector256.Create(r[i..]));
            var low = Vector256.Max(mid - rad, default);
            var high = Vector256.Max(mid + rad, default);
            ((high + low) * half).CopyTo(middle[i..]);
            ((high - low) * half).CopyTo(radius[i..]);
        }
        for (; i < m.Length; i++)
        {
            var (low, high) = (Math.Max(m[i] - r[i], 0), Math.Max(m[i] + r[i], 0));
            (middle[i], radius[i]) = ((high + low) * 0.5f, (high - low) * 0.5f);
        }
    }

    /// <summary>Adds a row to the sums.</summary>
    public static void Add(ReadOnlySpan<float> m, ReadOnlySpan<float> r, Span<double> sums)
    {
        for (var from = 0; from < m.Length; from += Run)
        {
            var length = Math.Min(Run, m.Length - from);
            AddRun(m.Slice(from, length), r.Slice(from, length), sums);
        }
    }

    /// <summary>Writes the gradients of middles and radii before the ReLU.</summary>
    /// <param name="m">The middles before it.</param>
    /// <param name="r">The radii before it.</param>
    /// <param name="middle">The gradients of the middles behind it.</param>
    /// <param name="radius">The gradients of the radii behind it.</param>
    /// <param name="sums">The gradients of the sums; empty for none.</param>
    /// <param name="middleBefore">Those of the middles before it; written.</param>
    /// <param name="radiusBefore">Those of the radii before it; written.</param>
    public static void Backward(
        ReadOnlySpan<float> m,
        ReadOnlySpan<float> r,
        ReadOnlySpan<float> middle,
        ReadOnlySpan<float> radius,
        ReadOnlySpan<double> sums,
        Span<float> middleBefore,
        Span<float> radiusBefore
    )
    {
        Span<float> c = stackalloc float[Sums];
        for (var k = 0; k < sums.Length; k++)
        {
            c[k] = (float)sums[k];
        }
        var i = 0;
        var (half, zero) = (Vector256.Create(0.5f), Vector256<float>.Zero);
        var (all, wide) = (Vector256.Create(c[0]), Vector256.Create(c[1]));
        var (on, onSquare) = (Vector256.Create(c[3]), Vector256.Create(2 * c[4]));
        var (off, offSquare) = (Vector256.Create(c[6]), Vector256.Create(2 * c[7]));
        for (; i <= m.Length - Lanes; i += Lanes)
        {
            var (mid, rad) = (Vector256.Create(m[i..]), Vector256.Create(r[i..]));
            var (low, high) = (mid - rad, mid + rad);
            var (toMiddle, toRadius) = (Vector256.Create(middle[i..]), Vector256.Create(radius[i..]));
            var isOn = Vector256.GreaterThan(low, zero);
            var toLow = (toMiddle - toRadius) * half & isOn;
            var toHigh = (toMiddle + toRadius) * half & Vector256.GreaterThan(high, zero);
            var more = ((onSquare * mid + on) & isOn) + ((offSquare * mid + off) & Vector256.LessThan(high, zero));
            (toLow + toHigh + all + more).CopyTo(middleBefore[i..]);
            (toHigh - toLow + wide).CopyTo(radiusBefore[i..]);
        }
        for (; i < m.Length; i++)
        {
            var (low, high) = (m[i] - r[i], m[i] + r[i]);
            var toLow = low > 0 ? (middle[i] - radius[i]) * 0.5f : 0;
            var toHigh = high > 0 ? (middle[i] + radius[i]) * 0.5f : 0;
            var more = (low > 0 ? (2 * c[4] * m[i]) + c[3] : 0) + (high < 0 ? (2 * c[7] * m[i]) + c[6] : 0);
            (middleBefore[i], radiusBefore[i]) = (toLow + toHigh + c[0] + more, toHigh - toLow + c[1]);
        }
    }

    private static void AddRun(ReadOnlySpan<float> m, ReadOnlySpan<float> r, Span<double> sums)
    {
        var (one, zero) = (Vector256.Create(1f), Vector256<float>.Zero);
        var (middles, radii, on, onSum, onSquares) = (zero, zero, zero, zero, zero);
        var (off, offSum, offSquares) = (zero, zero, zero);
        var i = 0;
        for (; i <= m.Length - Lanes; i += Lanes)
        {
            var (mid, rad) = (Vector256.Create(m[i..]), Vector256.Create(r[i..]));
            var isOn = Vector256.GreaterThan(mid - rad, zero);
            var isOff = Vector256.LessThan(mid + rad, zero);
            var square = mid * mid;
            middles += mid;
            radii += rad;
            on += one & isOn;
            onSum += mid & isOn;
            onSquares += square & isOn;
            off += one & isOff;
            offSum += mid & isOff;
            offSquares += square & isOff;
        }
        sums[0] += Vector256.Sum(middles);
        sums[1] += Vector256.Sum(radii);
        sums[2] += Vector256.Sum(on);
        sums[3] += Vector256.Sum(onSum);
        sums[4] += Vector256.Sum(onSquares);
        sums[5] += Vector256.Sum(off);
        sums[6] += Vector256.Sum(offSum);
        sums[7] += Vector256.Sum(offSquares);
        for (; i < m.Length; i++)
        {
            sums[0] += m[i];
            sums[1] += r[i];
            var first =
                m[i] - r[i] > 0 ? 2
                : m[i] + r[i] < 0 ? 5
                : Sums;
            if (first < Sums)
            {
                sums[first]++;
                sums[first + 1] += m[i];
                sums[first + 2] += m[i] * m[i];
            }
        }
    }
}
