using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Temper.Numerics;

/// <summary>
/// A stream of random numbers without state: every value is a function of (seed, path, example, restart, step), so
/// batch size, order, subset, sharding and resuming change nothing.
/// </summary>
/// <remarks>Philox4x32-10. The key is the first eight bytes of SHA-256 over seed and path; the counter holds (block, example, step, restart).</remarks>
public sealed class Rng
{
    /// <summary>The algorithm's name and version, for manifests.</summary>
    public const string Algorithm = "philox4x32-10/v1";

    private const float Unit24 = 1f / (1 << 24);
    private readonly uint _k0;
    private readonly uint _k1;

    /// <summary>Creates the root stream.</summary>
    /// <param name="seed">The root seed.</param>
    public Rng(ulong seed)
        : this(seed, "") { }

    private Rng(ulong seed, string path)
    {
        (Seed, Path) = (seed, path);
        var text = Encoding.UTF8.GetBytes(path);
        var message = new byte[8 + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(message, seed);
        text.CopyTo(message, 8);
        var hash = SHA256.HashData(message);
        _k0 = BinaryPrimitives.ReadUInt32LittleEndian(hash);
        _k1 = BinaryPrimitives.ReadUInt32LittleEndian(hash.AsSpan(4));
    }

    /// <summary>Gets the root seed.</summary>
    public ulong Seed { get; }

    /// <summary>Gets the path of purposes from the root.</summary>
    public string Path { get; }

    /// <summary>An independent stream for a purpose.</summary>
    /// <param name="purpose">The purpose, such as an attack's id.</param>
    public Rng Fork(string purpose) => new(Seed, Path + "/" + purpose);

    /// <summary>Fills rows with values uniform in [low, high).</summary>
    /// <param name="destination">Rows of equal length, one per example.</param>
    /// <param name="examples">The canonical index of each row, below 2³².</param>
    /// <param name="restart">The restart.</param>
    /// <param name="step">The step.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    public void FillUniform(
        Span<float> destination,
        ReadOnlySpan<long> examples,
        uint restart,
        uint step,
        float low = 0,
        float high = 1
    )
    {
        if (examples.IsEmpty)
        {
            return;
        }
        var width = destination.Length / examples.Length;
        var scale = (high - low) * Unit24;
        Span<uint> words = stackalloc uint[4 * Philox4x32.Lanes];
        for (var row = 0; row < examples.Length; row++)
        {
            var line = destination.Slice(row * width, width);
            var example = checked((uint)examples[row]);
            var block = 0u;
            for (var start = 0; start < width; start += words.Length, block += Philox4x32.Lanes)
            {
                Philox4x32.EightBlocks(words, block, example, step, restart, _k0, _k1);
                var part = line[start..Math.Min(width, start + words.Length)];
                for (var i = 0; i < part.Length; i++)
                {
                    // (int) first: a shifted word fits, and only signed words convert in one vector instruction.
                    part[i] = low + ((int)(words[i] >> 8) * scale);
                }
            }
        }
    }

    /// <summary>Fills rows with standard normal values (Box–Muller).</summary>
    /// <param name="destination">Rows of equal length, one per example.</param>
    /// <param name="examples">The canonical index of each row, below 2³².</param>
    /// <param name="restart">The restart.</param>
    /// <param name="step">The step.</param>
    public void FillNormal(Span<float> destination, ReadOnlySpan<long> examples, uint restart, uint step)
    {
        if (examples.IsEmpty)
        {
            return;
        }
        var width = destination.Length / examples.Length;
        for (var row = 0; row < examples.Length; row++)
        {
            var line = destination.Slice(row * width, width);
            var example = checked((uint)examples[row]);
            for (var start = 0; start < width; start += 4)
            {
                var (a, b, c, d) = Philox4x32.Block((uint)start / 4, example, step, restart, _k0, _k1);
                var (p, q) = Normals(a, b);
                var (r, s) = Normals(c, d);
                ReadOnlySpan<float> four = [p, q, r, s];
                four[..Math.Min(4, width - start)].CopyTo(line[start..]);
            }
        }
    }

    /// <summary>A random order of 0 … count − 1 (Fisher–Yates, without modulo bias).</summary>
    /// <param name="count">The number of elements.</param>
    /// <param name="epoch">Another epoch, another order.</param>
    public int[] Permutation(int count, uint epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        var draw = 0u;
        for (var last = count - 1; last > 0; last--)
        {
            var other = (int)Below((uint)last + 1, epoch, ref draw);
            (order[last], order[other]) = (order[other], order[last]);
        }
        return order;
    }

    /// <summary>A random subset, ascending.</summary>
    /// <param name="count">The size of the subset.</param>
    /// <param name="total">The size of the whole.</param>
    public int[] Sample(int count, int total) => [.. Permutation(total, 0).Take(count).Order()];

    /// <summary>A seed for torch's own generator, which serves weight initialisation and drop-out alone.</summary>
    /// <param name="step">The step.</param>
    public long TorchSeed(uint step)
    {
        var (a, b, _, _) = Philox4x32.Block(0, 0, step, 0, _k0, _k1);
        return (long)((((ulong)a << 32) | b) >> 1);
    }

    /// <summary>An unbiased value below a bound, by rejection.</summary>
    private uint Below(uint bound, uint epoch, ref uint draw)
    {
        var limit = uint.MaxValue - (uint.MaxValue % bound + 1) % bound;
        while (true)
        {
            var (a, b, c, d) = Philox4x32.Block(draw++, 0, epoch, 0, _k0, _k1);
            foreach (var word in (ReadOnlySpan<uint>)[a, b, c, d])
            {
                if (word <= limit)
                {
                    return word % bound;
                }
            }
        }
    }

    private static (float, float) Normals(uint a, uint b)
    {
        // (0, 1], so that the logarithm is finite.
        var radius = Math.Sqrt(-2 * Math.Log((a + 1.0) / 4294967296.0));
        var angle = Math.Tau * (b / 4294967296.0);
        return ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)));
    }
}
