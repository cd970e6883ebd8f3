using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Temper.Numerics;

/// <summary>Uniform floats from random words, in place; every element alike, whatever the vector width.</summary>
internal static class Uniforms
{
    private const float Step = 1f / 16777216f;

    /// <summary>Turns the bits of each element, a random word x, into (x >> 8) · 2⁻²⁴, in [0, 1).</summary>
    /// <param name="values">Random words on entry, numbers on return.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Unit(Span<float> values)
    {
        var words = MemoryMarshal.Cast<float, uint>(values);
        var i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Unit(Vector256.Create<uint>(words[i..])).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            values[i] = (words[i] >> 8) * Step;
        }
    }

    /// <summary>Turns the bits of each element, a random word, into low + u·width with one rounding.</summary>
    /// <param name="values">Random words on entry, numbers on return.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="width">The upper end minus the lower.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Range(Span<float> values, float low, float width)
    {
        var words = MemoryMarshal.Cast<float, uint>(values);
        var i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var unit = Unit(Vector256.Create<uint>(words[i..]));
            Vector256.FusedMultiplyAdd(unit, Vector256.Create(width), Vector256.Create(low)).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            values[i] = MathF.FusedMultiplyAdd((words[i] >> 8) * Step, width, low);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Unit(Vector256<uint> words) =>
        Vector256.ConvertToSingle((words >>> 8).AsInt32()) * Vector256.Create(Step);
}
