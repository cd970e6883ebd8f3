using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Temper.Numerics;

/// <summary>
/// Arithmetic on rows of values in float64. Sums have one fixed order, so that nothing depends on the vector width of the machine.
/// </summary>
internal static class WideRows
{
    private const int Lanes = 8;

    /// <summary>The inner product of a row and the way from one row to another.</summary>
    public static double InnerProduct(ReadOnlySpan<float> a, ReadOnlySpan<float> from, ReadOnlySpan<float> to)
    {
        Vector256<double> lower = default,
            upper = default;
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var (low, high) = Difference(to[i..], from[i..]);
            var (aLow, aHigh) = Vector256.Widen(Vector256.Create(a[i..]));
            lower += low * aLow;
            upper += high * aHigh;
        }
        var sum = Vector256.Sum(lower + upper);
        for (; i < a.Length; i++)
        {
            sum += a[i] * ((double)to[i] - from[i]);
        }
        return sum;
    }

    /// <summary>A row, a share of the way from it to another, and so much of noise, rounded once, inside a range.</summary>
    /// <param name="from">The row.</param>
    /// <param name="to">The other.</param>
    /// <param name="share">The share of the way.</param>
    /// <param name="much">The factor of the noise.</param>
    /// <param name="range">The range.</param>
    /// <param name="noise">The noise; overwritten by the result.</param>
    public static void Combine(
        ReadOnlySpan<float> from,
        ReadOnlySpan<float> to,
        double share,
        double much,
        (float Low, float High) range,
        Span<float> noise
    )
    {
        var (least, most) = (Vector256.Create(range.Low), Vector256.Create(range.High));
        var i = 0;
        for (; i <= from.Length - Lanes; i += Lanes)
        {
            var (low, high) = Difference(to[i..], from[i..]);
            var (fromLow, fromHigh) = Vector256.Widen(Vector256.Create(from[i..]));
            var (noiseLow, noiseHigh) = Vector256.Widen(Vector256.Create<float>(noise[i..]));
            var there = Vector256.Narrow(
                fromLow + (low * share) + (noiseLow * much),
                fromHigh + (high * share) + (noiseHigh * much)
            );
            Vector256.Min(Vector256.Max(there, least), most).CopyTo(noise[i..]);
        }
        for (; i < from.Length; i++)
        {
            var value = from[i] + (share * ((double)to[i] - from[i])) + (much * noise[i]);
            noise[i] = Math.Clamp((float)value, range.Low, range.High);
        }
    }

    /// <summary>The square of the Euclidean distance of two rows.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector256<double> lower = default,
            upper = default;
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var (low, high) = Difference(a[i..], b[i..]);
            lower += low * low;
            upper += high * high;
        }
        var sum = Vector256.Sum(lower + upper);
        for (; i < a.Length; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>The largest difference of two rows; NaN where one is.</summary>
    public static double LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector256<double> most = default;
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var (low, high) = Difference(a[i..], b[i..]);
            most = Vector256.Max(most, Vector256.Max(Vector256.Abs(low), Vector256.Abs(high)));
        }
        var largest = 0.0;
        for (var lane = 0; lane < Vector256<double>.Count; lane++)
        {
            largest = Math.Max(largest, most[lane]);
        }
        for (; i < a.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((double)a[i] - b[i]));
        }
        return largest;
    }

    /// <summary>A share of the way from one row to another, rounded once, inside a range.</summary>
    /// <param name="from">Where the way begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="share">The share of it.</param>
    /// <param name="range">The range.</param>
    /// <param name="into">Overwritten; may be <paramref name="to"/>.</param>
    public static void Between(
        ReadOnlySpan<float> from,
        ReadOnlySpan<float> to,
        double share,
        (float Low, float High) range,
        Span<float> into
    )
    {
        var (least, most) = (Vector256.Create(range.Low), Vector256.Create(range.High));
        var i = 0;
        for (; i <= from.Length - Lanes; i += Lanes)
        {
            var (low, high) = Difference(to[i..], from[i..]);
            var (startLow, startHigh) = Vector256.Widen(Vector256.Create(from[i..]));
            var there = Vector256.Narrow(startLow + (low * share), startHigh + (high * share));
            Vector256.Min(Vector256.Max(there, least), most).CopyTo(into[i..]);
        }
        for (; i < from.Length; i++)
        {
            var value = (float)(from[i] + (share * ((double)to[i] - from[i])));
            into[i] = Math.Clamp(value, range.Low, range.High);
        }
    }

    /// <summary>A row moved along another, rounded once, inside a range.</summary>
    /// <param name="from">Where it is.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="length">How much of it.</param>
    /// <param name="range">The range.</param>
    /// <param name="into">Overwritten; may be <paramref name="direction"/>.</param>
    public static void Along(
        ReadOnlySpan<float> from,
        ReadOnlySpan<float> direction,
        double length,
        (float Low, float High) range,
        Span<float> into
    )
    {
        var (least, most) = (Vector256.Create(range.Low), Vector256.Create(range.High));
        var i = 0;
        for (; i <= from.Length - Lanes; i += Lanes)
        {
            var (fromLow, fromHigh) = Vector256.Widen(Vector256.Create(from[i..]));
            var (low, high) = Vector256.Widen(Vector256.Create(direction[i..]));
            var there = Vector256.Narrow(fromLow + (low * length), fromHigh + (high * length));
            Vector256.Min(Vector256.Max(there, least), most).CopyTo(into[i..]);
        }
        for (; i < from.Length; i++)
        {
            into[i] = Math.Clamp((float)(from[i] + (direction[i] * length)), range.Low, range.High);
        }
    }

    /// <summary>The square of the Euclidean length of a row.</summary>
    public static double SquaredLength(ReadOnlySpan<float> a)
    {
        Vector256<double> lower = default,
            upper = default;
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(a[i..]));
            lower += low * low;
            upper += high * high;
        }
        var sum = Vector256.Sum(lower + upper);
        for (; i < a.Length; i++)
        {
            sum += (double)a[i] * a[i];
        }
        return sum;
    }

    /// <summary>Adds what lies between two rows to a sum, and with a sign to another.</summary>
    public static void Gather(
        ReadOnlySpan<float> from,
        ReadOnlySpan<float> to,
        bool isPositive,
        Span<double> sum,
        Span<double> signed
    )
    {
        var sign = isPositive ? 1.0 : -1.0;
        var i = 0;
        for (; i <= from.Length - Lanes; i += Lanes)
        {
            var (low, high) = Difference(to[i..], from[i..]);
            (Vector256.Create<double>(sum[i..]) + low).CopyTo(sum[i..]);
            (Vector256.Create<double>(sum[(i + 4)..]) + high).CopyTo(sum[(i + 4)..]);
            (Vector256.Create<double>(signed[i..]) + (low * sign)).CopyTo(signed[i..]);
            (Vector256.Create<double>(signed[(i + 4)..]) + (high * sign)).CopyTo(signed[(i + 4)..]);
        }
        for (; i < from.Length; i++)
        {
            var difference = (double)to[i] - from[i];
            sum[i] += difference;
            signed[i] += sign * difference;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Low, Vector256<double> High) Difference(
        ReadOnlySpan<float> a,
        ReadOnlySpan<float> b
    )
    {
        var (aLow, aHigh) = Vector256.Widen(Vector256.Create(a));
        var (bLow, bHigh) = Vector256.Widen(Vector256.Create(b));
        return (aLow - bLow, aHigh - bHigh);
    }
}
