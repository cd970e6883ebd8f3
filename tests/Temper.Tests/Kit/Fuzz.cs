using Temper.Errors;

namespace Temper.Tests.Kit;

/// <summary>Feeds a reader random bytes and damaged copies of good files: it may refuse them, and nothing else.</summary>
internal static class Fuzz
{
    private const int MostLength = 4096;
    private static readonly ulong[] Interesting =
    [
        0,
        1,
        2,
        7,
        8,
        255,
        256,
        65535,
        65536,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFF,
        0x1_0000_0000,
        0x7FFF_FFFF_FFFF_FFFF,
        0x8000_0000_0000_0000,
        0xFFFF_FFFF_FFFF_FFFF,
    ];

    /// <summary>Runs the reader on many inputs and returns how many it took and the most it allocated for one.</summary>
    /// <param name="seed">The same seed gives the same inputs.</param>
    /// <param name="count">The number of inputs.</param>
    /// <param name="valid">Good files, at most a few hundred bytes each.</param>
    /// <param name="words">Byte strings that mean something in the format.</param>
    /// <param name="read">The reader.</param>
    public static (int Taken, long MostBytes) Run(
        ulong seed,
        int count,
        byte[][] valid,
        byte[][] words,
        Action<byte[]> read
    )
    {
        var random = new Draws(seed);
        var taken = 0;
        long most = 0;
        for (var i = 0; i < count; i++)
        {
            var input = Input(ref random, valid, words);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(input);
                taken++;
            }
            catch (DataException)
            {
                // The one way to refuse.
            }
            catch (Exception e)
            {
                Assert.Fail($"input {i} of seed {seed} ({Convert.ToBase64String(input)}): {e}");
            }
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return (taken, most);
    }

    private static byte[] Input(ref Draws random, byte[][] valid, byte[][] words)
    {
        if (random.Below(8) == 0)
        {
            var noise = new byte[random.Below(200)];
            foreach (ref var b in noise.AsSpan())
            {
                b = (byte)random.Below(256);
            }
            return noise;
        }
        List<byte> bytes = [.. valid[random.Below(valid.Length)]];
        for (var left = 1 + random.Below(4); left > 0; left--)
        {
            Damage(ref random, bytes, valid, words);
        }
        return [.. bytes.Take(MostLength)];
    }

    private static void Damage(ref Draws random, List<byte> bytes, byte[][] valid, byte[][] words)
    {
        var at = random.Below(bytes.Count + 1);
        var rest = bytes.Count - at;
        switch (random.Below(9))
        {
            case 0 when rest > 0:
                bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 1 when rest > 0:
                bytes[at] = (byte)random.Below(256);
                break;
            case 2:
                var number = BitConverter.GetBytes(Interesting[random.Below(Interesting.Length)]);
                var width = 1 << random.Below(4);
                number = number[..width];
                if (random.Below(2) == 0)
                {
                    Array.Reverse(number);
                }
                for (var i = 0; i < width && at + i < bytes.Count; i++)
                {
                    bytes[at + i] = number[i];
                }
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(rest, 1 + random.Below(8)));
                break;
            case 4:
                bytes.RemoveRange(at, rest);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(rest, random.Below(32))));
                break;
            case 6:
                var other = valid[random.Below(valid.Length)];
                bytes.AddRange(other.AsSpan(random.Below(other.Length)));
                break;
            case 7 when words.Length > 0:
                bytes.InsertRange(at, words[random.Below(words.Length)]);
                break;
            default:
                // A digit for a digit keeps text well-formed, so that the checks behind the syntax are reached.
                for (var i = at; i < bytes.Count; i++)
                {
                    if (char.IsAsciiDigit((char)bytes[i]))
                    {
                        bytes[i] = (byte)('0' + random.Below(10));
                        break;
                    }
                }
                break;
        }
    }

    // SplitMix64: Steele, Lea and Flood 2014.
    private struct Draws
    {
        private ulong _state;

        public Draws(ulong seed) => _state = seed;

        public int Below(int limit)
        {
            _state += 0x9E37_79B9_7F4A_7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            z ^= z >> 31;
            return (int)Math.BigMul(z, (ulong)limit, out _);
        }
    }
}
