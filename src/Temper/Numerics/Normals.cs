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
    private const int Lanes = 16;

    /// <summary>Turns words into standard normals: pair k of the words becomes pair k of the numbers.</summary>
    /// <param name="words">The random words; as many as numbers, one more when that is odd.</param>
    /// <param name="destination">Where the numbers go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FromWords(ReadOnlySpan<uint> words, Span<float> destination)
    {
        while (destination.Length >= Lanes)
        {
            Sixteen(Vector512.Create(words)).CopyTo(destination);
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
        Sixteen(Vector512.Create<uint>(lastWords)).CopyTo(last);
        last[..destination.Length].CopyTo(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sixteen(Vector512<uint> words)
    {
        // Little endian: the first word of a pair is the low half of a 64-bit lane.
        var pairs = words.AsUInt64();
        var radius = Radius(pairs & Vector512.Create(0xFFFFFFFFUL));

        // The turn b/2^32 is a quadrant, rounded to the nearest, and a rest of at most an eighth of a turn.
        var shifted = (pairs >>> 32) + Vector512.Create(1UL << 29);
        var quadrant = shifted >>> 30;
        var rest = ToDouble(shifted & Vector512.Create((1UL << 30) - 1)) - Vector512.Create(536870912.0);
        var angle = rest * Vector512.Create(Math.PI / 2 / 1073741824.0);
        var square = angle * angle;
        var sine = angle * Sine(square);
        var cosine = Cosine(square);

        var one = Vector512.Create(1UL);
        var two = Vector512.Create(2UL);
        var swap = Vector512.Equals(quadrant & one, one).AsDouble();
        var first = Vector512.ConditionalSelect(swap, sine, cosine);
        var second = Vector512.ConditionalSelect(swap, cosine, sine);
        first = (first.AsUInt64() ^ (((quadrant + one) & two) << 62)).AsDouble();
        second = (second.AsUInt64() ^ ((quadrant & two) << 62)).AsDouble();
        var both = Vector512.Narrow(radius * first, radius * second);
        return Vector512.Shuffle(both, Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
    }

    // sqrt(-2 ln u) with u = (word + 0.5) / 2^32, by u = m 2^e with m in [sqrt(1/2), sqrt(2)) and
    // ln m = 2 (s + s^3/3 + s^5/5 + ...), s = (m - 1) / (m + 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Radius(Vector512<ulong> words)
    {
        var unit = (ToDouble(words) + Vector512.Create(0.5)) * Vector512.Create(1.0 / 4294967296.0);
        var bits = unit.AsUInt64();
        var mantissa = (
            (bits & Vector512.Create(0x000FFFFFFFFFFFFFUL)) | Vector512.Create(0x3FF0000000000000UL)
        ).AsDouble();
        var high = Vector512.GreaterThanOrEqual(mantissa, Vector512.Create(1.4142135623730951));
        mantissa = Vector512.ConditionalSelect(high, mantissa * Vector512.Create(0.5), mantissa);
        var exponent = ToDouble(bits >>> 52) - Vector512.Create(1023.0);
        exponent += Vector512.ConditionalSelect(high, Vector512.Create(1.0), Vector512<double>.Zero);

        var ratio = (mantissa - Vector512.Create(1.0)) / (mantissa + Vector512.Create(1.0));
        var logarithm = ratio * TwiceAtanh(ratio * ratio);
        logarithm = (exponent * Vector512.Create(0.6931471805599453)) + logarithm;
        return Vector512.Sqrt(logarithm * Vector512.Create(-2.0));
    }

    // Exact for words below 2^52.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector512<ulong> words) =>
        (words | Vector512.Create(0x4330000000000000UL)).AsDouble() - Vector512.Create(4503599627370496.0);

    // Horner's scheme, written out: in a loop, each product would wait for the one before, and nothing else be done meanwhile.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Sine(Vector512<double> x)
    {
        var sum = Next(Vector512.Create(-1.0 / 39916800), x, 1.0 / 362880);
        sum = Next(sum, x, -1.0 / 5040);
        sum = Next(sum, x, 1.0 / 120);
        sum = Next(sum, x, -1.0 / 6);
        return Next(sum, x, 1.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Cosine(Vector512<double> x)
    {
        var sum = Next(Vector512.Create(1.0 / 479001600), x, -1.0 / 3628800);
        sum = Next(sum, x, 1.0 / 40320);
        sum = Next(sum, x, -1.0 / 720);
        sum = Next(sum, x, 1.0 / 24);
        sum = Next(sum, x, -0.5);
        return Next(sum, x, 1.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> TwiceAtanh(Vector512<double> x)
    {
        var sum = Next(Vector512.Create(2.0 / 15), x, 2.0 / 13);
        sum = Next(sum, x, 2.0 / 11);
        sum = Next(sum, x, 2.0 / 9);
        sum = Next(sum, x, 2.0 / 7);
        sum = Next(sum, x, 2.0 / 5);
        sum = Next(sum, x, 2.0 / 3);
        return Next(sum, x, 2.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Next(Vector512<double> sum, Vector512<double> x, double coefficient) =>
        (sum * x) + Vector512.Create(coefficient);
}
