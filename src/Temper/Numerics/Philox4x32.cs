using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Temper.Numerics;

/// <summary>
/// Philox4x32-10: a bijection of a 128-bit counter under a 64-bit key, used as a random number generator that can be
/// entered anywhere. Word <c>4 j + i</c> of a stream is output word <c>i</c> of the counter
/// <c>(j, c1, c2, c3)</c>. All paths give the same words.
/// </summary>
/// <remarks>
/// Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011). The published constants and
/// known-answer vectors of Random123 are the reference.
/// </remarks>
internal static class Philox4x32
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;
    private const int Chunk256 = 32;
    private const int Chunk512 = 64;

    // Up to here scalar blocks are cheaper than a whole vector chunk of which most is thrown away.
    private const int ScalarTail = 8;

    /// <summary>Gets whether the 256-bit path can run here.</summary>
    internal static bool Has256 => Avx2.IsSupported;

    /// <summary>Gets whether the 512-bit path can run here.</summary>
    internal static bool Has512 => Avx512F.IsSupported;

    /// <summary>Fills a span with the words of a stream, by the widest path of this machine.</summary>
    /// <param name="destination">Where the words go; any length.</param>
    /// <param name="key">The key: its low word is the first key word.</param>
    /// <param name="firstBlock">The first counter word of the first block; each block gives four words.</param>
    /// <param name="c1">The second counter word.</param>
    /// <param name="c2">The third counter word.</param>
    /// <param name="c3">The fourth counter word.</param>
    internal static void Fill(Span<uint> destination, ulong key, uint firstBlock, uint c1, uint c2, uint c3)
    {
        if (Has512 && destination.Length >= Chunk512)
        {
            Fill512(destination, key, firstBlock, c1, c2, c3);
        }
        else if (Has256)
        {
            Fill256(destination, key, firstBlock, c1, c2, c3);
        }
        else
        {
            FillScalar(destination, key, firstBlock, c1, c2, c3);
        }
    }

    /// <summary>Fills a span without vector instructions: the definition.</summary>
    /// <inheritdoc cref="Fill" path="/param"/>
    internal static void FillScalar(Span<uint> destination, ulong key, uint firstBlock, uint c1, uint c2, uint c3)
    {
        var block = firstBlock;
        while (destination.Length >= 4)
        {
            Block(destination, key, block++, c1, c2, c3);
            destination = destination[4..];
        }
        if (!destination.IsEmpty)
        {
            Span<uint> last = stackalloc uint[4];
            Block(last, key, block, c1, c2, c3);
            last[..destination.Length].CopyTo(destination);
        }
    }

    /// <summary>Fills a span with 256-bit instructions, 32 words at a time; only where <see cref="Has256"/>.</summary>
    /// <inheritdoc cref="Fill" path="/param"/>
    internal static void Fill256(Span<uint> destination, ulong key, uint firstBlock, uint c1, uint c2, uint c3)
    {
        var block = firstBlock;
        while (destination.Length >= Chunk256)
        {
            Chunk(ref MemoryMarshal.GetReference(destination), key, block, c1, c2, c3);
            destination = destination[Chunk256..];
            block += Chunk256 / 4;
        }
        if (destination.Length <= ScalarTail)
        {
            FillScalar(destination, key, block, c1, c2, c3);
            return;
        }
        Span<uint> last = stackalloc uint[Chunk256];
        Chunk(ref MemoryMarshal.GetReference(last), key, block, c1, c2, c3);
        last[..destination.Length].CopyTo(destination);
    }

    /// <summary>Fills a span with 512-bit instructions, 64 words at a time; only where <see cref="Has512"/>.</summary>
    /// <inheritdoc cref="Fill" path="/param"/>
    internal static void Fill512(Span<uint> destination, ulong key, uint firstBlock, uint c1, uint c2, uint c3)
    {
        var block = firstBlock;
        while (destination.Length >= Chunk512)
        {
            WideChunk(ref MemoryMarshal.GetReference(destination), key, block, c1, c2, c3);
            destination = destination[Chunk512..];
            block += Chunk512 / 4;
        }
        Fill256(destination, key, block, c1, c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(Span<uint> four, ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        var k0 = (uint)key;
        var k1 = (uint)(key >> 32);
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
        four[3] = c3;
        four[2] = c2;
        four[1] = c1;
        four[0] = c0;
    }

    // The kernels are compiled fully at once: the tiers would run the first tens of thousands of rows at a tenth of the
    // speed.

    // Eight blocks as two independent vectors of four. A counter word sits in the low half of a 64-bit lane, which is
    // what the widening multiplication reads; what the high half holds never matters. The lanes are ordered so that
    // the interleaving at the end leaves whole blocks in order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chunk(ref uint destination, ulong key, uint block, uint c1, uint c2, uint c3)
    {
        var multiplier0 = Vector256.Create((ulong)Multiplier0);
        var multiplier1 = Vector256.Create((ulong)Multiplier1);
        // The sum must wrap at 32 bits: the high half of a lane is not read by the multiplication.
        var a0 = Vector256.Create((ulong)block) + Vector256.Create(0UL, 2, 1, 3);
        var b0 = a0 + Vector256.Create(4UL);
        Vector256<ulong> a1 = Vector256.Create((ulong)c1),
            b1 = a1;
        Vector256<ulong> a2 = Vector256.Create((ulong)c2),
            b2 = a2;
        Vector256<ulong> a3 = Vector256.Create((ulong)c3),
            b3 = a3;
        var k0 = (uint)key;
        var k1 = (uint)(key >> 32);
        for (var round = 0; round < Rounds; round++)
        {
            var key0 = Vector256.Create((ulong)k0);
            var key1 = Vector256.Create((ulong)k1);
            var p0 = Avx2.Multiply(a0.AsUInt32(), multiplier0.AsUInt32());
            var p1 = Avx2.Multiply(a2.AsUInt32(), multiplier1.AsUInt32());
            var q0 = Avx2.Multiply(b0.AsUInt32(), multiplier0.AsUInt32());
            var q1 = Avx2.Multiply(b2.AsUInt32(), multiplier1.AsUInt32());
            a0 = (p1 >>> 32) ^ a1 ^ key0;
            a1 = p1;
            a2 = (p0 >>> 32) ^ a3 ^ key1;
            a3 = p0;
            b0 = (q1 >>> 32) ^ b1 ^ key0;
            b1 = q1;
            b2 = (q0 >>> 32) ^ b3 ^ key1;
            b3 = q0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
        Store(ref destination, 0, a0, a1, a2, a3);
        Store(ref destination, 16, b0, b1, b2, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        ref uint destination,
        nuint offset,
        Vector256<ulong> x0,
        Vector256<ulong> x1,
        Vector256<ulong> x2,
        Vector256<ulong> x3
    )
    {
        var low = Vector256.Create(0xFFFFFFFFUL);
        var first = (x0 & low) | (x1 << 32);
        var second = (x2 & low) | (x3 << 32);
        Avx2.UnpackLow(first, second).AsUInt32().StoreUnsafe(ref destination, offset);
        Avx2.UnpackHigh(first, second).AsUInt32().StoreUnsafe(ref destination, offset + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideChunk(ref uint destination, ulong key, uint block, uint c1, uint c2, uint c3)
    {
        var multiplier0 = Vector512.Create((ulong)Multiplier0);
        var multiplier1 = Vector512.Create((ulong)Multiplier1);
        var a0 = Vector512.Create((ulong)block) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        var b0 = a0 + Vector512.Create(8UL);
        Vector512<ulong> a1 = Vector512.Create((ulong)c1),
            b1 = a1;
        Vector512<ulong> a2 = Vector512.Create((ulong)c2),
            b2 = a2;
        Vector512<ulong> a3 = Vector512.Create((ulong)c3),
            b3 = a3;
        var k0 = (uint)key;
        var k1 = (uint)(key >> 32);
        for (var round = 0; round < Rounds; round++)
        {
            var key0 = Vector512.Create((ulong)k0);
            var key1 = Vector512.Create((ulong)k1);
            var p0 = Avx512F.Multiply(a0.AsUInt32(), multiplier0.AsUInt32());
            var p1 = Avx512F.Multiply(a2.AsUInt32(), multiplier1.AsUInt32());
            var q0 = Avx512F.Multiply(b0.AsUInt32(), multiplier0.AsUInt32());
            var q1 = Avx512F.Multiply(b2.AsUInt32(), multiplier1.AsUInt32());
            a0 = (p1 >>> 32) ^ a1 ^ key0;
            a1 = p1;
            a2 = (p0 >>> 32) ^ a3 ^ key1;
            a3 = p0;
            b0 = (q1 >>> 32) ^ b1 ^ key0;
            b1 = q1;
            b2 = (q0 >>> 32) ^ b3 ^ key1;
            b3 = q0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
        Store(ref destination, 0, a0, a1, a2, a3);
        Store(ref destination, 32, b0, b1, b2, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        ref uint destination,
        nuint offset,
        Vector512<ulong> x0,
        Vector512<ulong> x1,
        Vector512<ulong> x2,
        Vector512<ulong> x3
    )
    {
        var low = Vector512.Create(0xFFFFFFFFUL);
        var first = (x0 & low) | (x1 << 32);
        var second = (x2 & low) | (x3 << 32);
        Avx512F.UnpackLow(first, second).AsUInt32().StoreUnsafe(ref destination, offset);
        Avx512F.UnpackHigh(first, second).AsUInt32().StoreUnsafe(ref destination, offset + 16);
    }
}
