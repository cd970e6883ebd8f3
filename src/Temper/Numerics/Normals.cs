using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Temper.Numerics;

/// <summary>
/// Standard normal numbers from random words by the Box–Muller transform. Only additions, multiplications, divisions and
/// square roots of IEEE 754 are used, in one fixed order and never fused, so the result does not depend on the machine,
/// on its mathematics library, on the vector width, or on where in a row a number stands.
/// </summary>
/// <remarks>
/// The pair of words (a, b) gives r·cos t and r·sin t with r = √(−2 ln((a + ½)/2³²)) and t = 2π b/2³². Errors stay
/// below 1e-10 before the rounding to float; the greatest possible magnitude is 6.77.
/// Box, Muller: A note on the generation of random normal deviates (1958).
/// </remarks>
internal static class Normals
{
    private const int Lanes = 8;

    /// <summary>Turns words into standard normals: pair k of the words becomes pair k of the numbers.</summary>
    /// <param name="words">The random words; as many as numbers, one more when that is odd.</param>
    /// <param name="destination">Where the numbers go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FromWords(ReadOnlySpan<uint> words, Span<float> destination)
    {
        while (destination.Length >= Lanes)
        {
            Eight(Vector256.Create(words)).CopyTo(destination);
            words = words[Lanes..];
            destination = destination[Lanes..];
        }
        if (destination.IsEmpty)
        {
            return;
        }
        Span<uint> lastWords = stackalloc uint[Lanes];
        lastWords.Clear();
        words.CopyTo(lastWords);
        Span<float> last = stackalloc float[Lanes];
        Eight(Vector256.Create<uint>(lastWords)).CopyTo(last);
        last[..destination.Length].CopyTo(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Eight(Vector256<uint> words)
    {
        // Little endian: the first word of a pair is the low half of a 64-bit lane.
        var pairs = words.AsUInt64();
        var radius = Radius(pairs & Vector256.Create(0xFFFFFFFFUL));

        // The turn b/2^32 is a quadrant, rounded to the nearest, and a rest of at most an eighth of a turn.
        var shifted = (pairs >>> 32) + Vector256.Create(1UL << 29);
        var quadrant = shifted >>> 30;
        var rest = ToDouble(shifted & Vector256.Create((1UL << 30) - 1)) - Vector256.Create(536870912.0);
        var angle = rest * Vector256.Create(Math.PI / 2 / 1073741824.0);
        var square = angle * angle;
        var sine = angle * Polynomial(square, Sine);
        var cosine = Polynomial(square, Cosine);

        var one = Vector256.Create(1UL);
        var two = Vector256.Create(2UL);
        var swap = Vector256.Equals(quadrant & one, one).AsDouble();
        var first = Vector256.ConditionalSelect(swap, sine, cosine);
        var second = Vector256.ConditionalSelect(swap, cosine, sine);
        first = (first.AsUInt64() ^ (((quadrant + one) & two) << 62)).AsDouble();
        second = (second.AsUInt64() ^ ((quadrant & two) << 62)).AsDouble();
        var both = Vector256.Narrow(radius * first, radius * second);
        return Vector256.Shuffle(both, Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));
    }

    // sqrt(-2 ln u) with u = (word + 0.5) / 2^32, by u = m 2^e with m in [sqrt(1/2), sqrt(2)) and
    // ln m = 2 (s + s^3/3 + s^5/5 + ...), s = (m - 1) / (m + 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Radius(Vector256<ulong> words)
    {
        var unit = (ToDouble(words) + Vector256.Create(0.5)) * Vector256.Create(1.0 / 4294967296.0);
        var bits = unit.AsUInt64();
        var mantissa = (
            (bits & Vector256.Create(0x000FFFFFFFFFFFFFUL)) | Vector256.Create(0x3FF0000000000000UL)
        ).AsDouble();
        var high = Vector256.GreaterThanOrEqual(mantissa, Vector256.Create(1.4142135623730951));
        mantissa = Vector256.ConditionalSelect(high, mantissa * Vector256.Create(0.5), mantissa);
        var exponent = ToDouble(bits >>> 52) - Vector256.Create(1023.0);
        exponent += Vector256.ConditionalSelect(high, Vector256.Create(1.0), Vector256<double>.Zero);

        var ratio = (mantissa - Vector256.Create(1.0)) / (mantissa + Vector256.Create(1.0));
        var logarithm = ratio * Polynomial(ratio * ratio, TwiceAtanh);
        logarithm = (exponent * Vector256.Create(0.6931471805599453)) + logarithm;
        return Vector256.Sqrt(logarithm * Vector256.Create(-2.0));
    }

    // Exact for words below 2^52.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ToDouble(Vector256<ulong> words) =>
        (words | Vector256.Create(0x4330000000000000UL)).AsDouble() - Vector256.Create(4503599627370496.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Polynomial(Vector256<double> x, ReadOnlySpan<double> highestFirst)
    {
        var sum = Vector256.Create(highestFirst[0]);
        foreach (var coefficient in highestFirst[1..])
        {
            sum = (sum * x) + Vector256.Create(coefficient);
        }
        return sum;
    }

    private static ReadOnlySpan<double> Sine => [-1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6, 1.0];

    private static ReadOnlySpan<double> Cosine =>
        [1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24, -0.5, 1.0];

    private static ReadOnlySpan<double> TwiceAtanh =>
        [2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3, 2.0];
}
