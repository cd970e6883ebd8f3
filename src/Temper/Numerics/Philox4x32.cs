using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Temper.Numerics;

/// <summary>Philox4x32-10, a counter-based generator: the same counter and key give the same four words, in any order.</summary>
/// <remarks>Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.</remarks>
internal static class Philox4x32
{
    private const uint M0 = 0xD2511F53;
    private const uint M1 = 0xCD9E8D57;
    private const uint W0 = 0x9E3779B9;
    private const uint W1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Eight counters at once, so eight blocks of four words.</summary>
    public const int Lanes = 8;

    /// <summary>One block.</summary>
    public static (uint A, uint B, uint C, uint D) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = (ulong)M0 * c0;
            var p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>Eight blocks with counters (first + lane, c1, c2, c3), transposed into the order of single blocks: 32 words.</summary>
    public static void EightBlocks(Span<uint> destination, uint first, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        if (!Avx2.IsSupported)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                var (a, b, c, d) = Block(first + (uint)lane, c1, c2, c3, k0, k1);
                (destination[4 * lane], destination[(4 * lane) + 1]) = (a, b);
                (destination[(4 * lane) + 2], destination[(4 * lane) + 3]) = (c, d);
            }
            return;
        }
        var x0 = Vector256.Create(first) + Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7);
        var (x1, x2, x3) = (Vector256.Create(c1), Vector256.Create(c2), Vector256.Create(c3));
        var (m0, m1) = (Vector256.Create((ulong)M0).AsUInt32(), Vector256.Create((ulong)M1).AsUInt32());
        for (var round = 0; round < Rounds; round++)
        {
            var (high0, low0) = Multiply(x0, m0);
            var (high1, low1) = Multiply(x2, m1);
            (x0, x1, x2, x3) = (high1 ^ x1 ^ Vector256.Create(k0), low1, high0 ^ x3 ^ Vector256.Create(k1), low0);
            k0 += W0;
            k1 += W1;
        }
        Span<uint> rows = stackalloc uint[4 * Lanes];
        x0.CopyTo(rows);
        x1.CopyTo(rows[Lanes..]);
        x2.CopyTo(rows[(2 * Lanes)..]);
        x3.CopyTo(rows[(3 * Lanes)..]);
        for (var lane = 0; lane < Lanes; lane++)
        {
            destination[4 * lane] = rows[lane];
            destination[(4 * lane) + 1] = rows[lane + Lanes];
            destination[(4 * lane) + 2] = rows[lane + (2 * Lanes)];
            destination[(4 * lane) + 3] = rows[lane + (3 * Lanes)];
        }
    }

    /// <summary>The high and low words of eight 32-bit products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<uint> High, Vector256<uint> Low) Multiply(Vector256<uint> x, Vector256<uint> m)
    {
        var even = Avx2.Multiply(x, m).AsUInt32();
        var odd = Avx2.Multiply(Avx2.ShiftRightLogical(x.AsUInt64(), 32).AsUInt32(), m).AsUInt32();
        var high = Avx2.Blend(Avx2.ShiftRightLogical(even.AsUInt64(), 32).AsUInt32(), odd, 0b10101010);
        var low = Avx2.Blend(even, Avx2.ShiftLeftLogical(odd.AsUInt64(), 32).AsUInt32(), 0b10101010);
        return (high, low);
    }
}
