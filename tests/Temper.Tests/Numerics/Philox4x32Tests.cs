using CsCheck;
using Temper.Numerics;

namespace Temper.Tests.Numerics;

public sealed class Philox4x32Tests
{
    // kat_vectors of Random123, "philox4x32 10".
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0x408f276du,
        0x41c83b0eu,
        0xa20bc7c6u,
        0x6d5451fdu
    )]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xa4093822u,
        0x299f31d0u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void Known_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint e0, uint e1, uint e2, uint e3)
    {
        var key = ((ulong)k1 << 32) | k0;
        var words = new uint[64];
        Philox4x32.FillScalar(words, key, c0, c1, c2, c3);
        Assert.Equal([e0, e1, e2, e3], words[..4]);
        if (Philox4x32.Has256)
        {
            Array.Clear(words);
            Philox4x32.Fill256(words, key, c0, c1, c2, c3);
            Assert.Equal([e0, e1, e2, e3], words[..4]);
        }
        if (Philox4x32.Has512)
        {
            Array.Clear(words);
            Philox4x32.Fill512(words, key, c0, c1, c2, c3);
            Assert.Equal([e0, e1, e2, e3], words[..4]);
        }
    }

    [Fact]
    public void Vectors_equal_scalars_for_every_length()
    {
        for (var length = 0; length <= 200; length++)
        {
            Same(length, 0x299f31d0a4093822, 7, 1, 2, 3);
        }
    }

    // The first counter word wraps inside a chunk.
    [Fact]
    public void Vectors_equal_scalars_where_the_block_wraps() =>
        Same(200, ulong.MaxValue, uint.MaxValue - 5, uint.MaxValue, uint.MaxValue, uint.MaxValue);

    [Fact]
    public void Vectors_equal_scalars_for_any_counter() =>
        Gen.Select(Gen.Int[1, 300], Gen.ULong, Gen.UInt, Gen.UInt, Gen.UInt, Gen.UInt)
            .Sample((length, key, c0, c1, c2, c3) => Same(length, key, c0, c1, c2, c3), iter: 2000);

    private static void Same(int length, ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        // Guard words behind the span show a write past its end.
        const uint Guard = 0xDEADBEEF;
        var expected = new uint[length];
        Philox4x32.FillScalar(expected, key, c0, c1, c2, c3);
        Check(Philox4x32.Fill);
        if (Philox4x32.Has256)
        {
            Check(Philox4x32.Fill256);
        }
        if (Philox4x32.Has512)
        {
            Check(Philox4x32.Fill512);
        }

        void Check(Filler fill)
        {
            var actual = new uint[length + 70];
            Array.Fill(actual, Guard);
            fill(actual.AsSpan(0, length), key, c0, c1, c2, c3);
            Assert.Equal(expected, actual[..length]);
            Assert.All(actual[length..], word => Assert.Equal(Guard, word));
        }
    }

    private delegate void Filler(Span<uint> destination, ulong key, uint c0, uint c1, uint c2, uint c3);
}
