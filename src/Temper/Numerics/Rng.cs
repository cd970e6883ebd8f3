using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Temper.Errors;

namespace Temper.Numerics;

/// <summary>
/// Randomness as an argument. Every number is a pure function of (seed, path, example, restart, step), never of what was
/// drawn before: batch size, subset, sharding, resume and the order of calls do not change it. Immutable and safe to share
/// between threads.
/// </summary>
/// <remarks>
/// Philox4x32-10 (Salmon et al. 2011). SHA-256 over the seed (8 bytes, little endian) and the path (UTF-8) gives four
/// 64-bit keys: the first for uniform numbers, the second for normals, the third for permutations, the fourth for
/// torch's seeds. The counter is (block of four words, example, step, restart). Two draws with the same arguments are
/// equal, not independent: fork a path for each purpose.
/// </remarks>
public sealed class Rng
{
    /// <summary>The algorithm and the version of its use here; any change of the numbers changes it.</summary>
    public const string Algorithm = "philox4x32-10/v1";

    // Words are made and turned into numbers in pieces that stay in the first-level cache. A multiple of 64.
    private const int Piece = 2048;

    private readonly ulong uniformKey;
    private readonly ulong normalKey;
    private readonly ulong permutationKey;
    private readonly ulong torchKey;

    /// <summary>Makes the root of a run: the empty path.</summary>
    /// <param name="seed">The seed of the run; any value.</param>
    public Rng(ulong seed)
        : this(seed, "") { }

    private Rng(ulong seed, string path)
    {
        Seed = seed;
        Path = path;
        var material = new byte[8 + Encoding.UTF8.GetByteCount(path)];
        BinaryPrimitives.WriteUInt64LittleEndian(material, seed);
        Encoding.UTF8.GetBytes(path, material.AsSpan(8));
        var hash = SHA256.HashData(material);
        uniformKey = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        normalKey = BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(8));
        permutationKey = BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(16));
        torchKey = BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(24));
    }

    /// <summary>Gets the seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>Gets what these numbers are for: the purposes of all forks, joined by '/'; empty at the root.</summary>
    public string Path { get; }

    /// <summary>Gives the generator of a purpose under this one; equal purposes give equal generators.</summary>
    /// <param name="purpose">One or more names joined by '/', such as <c>attack</c> or <c>attack/pgd</c>.</param>
    /// <returns>A generator whose numbers are unrelated to this one's.</returns>
    /// <exception cref="UsageException">The purpose is empty or has an empty name.</exception>
    public Rng Fork(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        if (purpose.Split('/').Contains("", StringComparer.Ordinal))
        {
            throw new UsageException(
                $"The purpose \"{purpose}\" of a random stream under \"{Path}\" has an empty name: expected one or more "
                    + "non-empty names joined by '/'."
            );
        }
        return new Rng(Seed, Path.Length == 0 ? purpose : $"{Path}/{purpose}");
    }

    /// <summary>Fills rows with uniform numbers in [0, 1), multiples of 2⁻²⁴: one row per example.</summary>
    /// <param name="destination">Row-major [examples, values per example]; the caller's.</param>
    /// <param name="examples">The canonical index of each row's example, 0 … 2³² − 1.</param>
    /// <param name="restart">The restart of the search.</param>
    /// <param name="step">The step of the search or of the training run.</param>
    /// <exception cref="UsageException">The length is not a multiple of the number of examples, or an index is out of range.</exception>
    public void FillUniform(Span<float> destination, ReadOnlySpan<long> examples, uint restart, uint step) =>
        FillUniform(destination, examples, restart, step, scaled: false, 0, 1);

    /// <summary>Fills rows with uniform numbers in [low, high]: low + u·(high − low), rounded once.</summary>
    /// <param name="destination">Row-major [examples, values per example]; the caller's.</param>
    /// <param name="examples">The canonical index of each row's example, 0 … 2³² − 1.</param>
    /// <param name="restart">The restart of the search.</param>
    /// <param name="step">The step of the search or of the training run.</param>
    /// <param name="range">The two ends, in the units of the destination; both finite, low at most high.</param>
    /// <exception cref="UsageException">
    /// The length is not a multiple of the number of examples, an index is out of range, or the range is empty or not finite.
    /// </exception>
    public void FillUniform(
        Span<float> destination,
        ReadOnlySpan<long> examples,
        uint restart,
        uint step,
        (float Low, float High) range
    )
    {
        // Not a number fails both comparisons.
        if (!(range.Low <= range.High) || !float.IsFinite(range.High - range.Low))
        {
            throw new UsageException(
                $"The range {range.Low} to {range.High} of random numbers is impossible: expected two finite numbers, "
                    + "the lower first, whose difference is finite."
            );
        }
        FillUniform(destination, examples, restart, step, scaled: true, range.Low, range.High - range.Low);
    }

    /// <summary>Fills rows with standard normal numbers, by Box–Muller on pairs: one row per example.</summary>
    /// <param name="destination">Row-major [examples, values per example]; the caller's.</param>
    /// <param name="examples">The canonical index of each row's example, 0 … 2³² − 1.</param>
    /// <param name="restart">The restart of the search.</param>
    /// <param name="step">The step of the search or of the training run.</param>
    /// <exception cref="UsageException">The length is not a multiple of the number of examples, or an index is out of range.</exception>
    public void FillNormal(Span<float> destination, ReadOnlySpan<long> examples, uint restart, uint step)
    {
        var width = RowWidth(destination.Length, examples);
        Span<uint> words = stackalloc uint[Piece];
        for (var row = 0; row < examples.Length; row++)
        {
            var rest = destination.Slice(row * width, width);
            for (var block = 0u; !rest.IsEmpty; block += Piece / 4)
            {
                var piece = rest[..Math.Min(Piece, rest.Length)];
                var pairs = words[..(piece.Length + (piece.Length & 1))];
                Philox4x32.Fill(pairs, normalKey, block, (uint)examples[row], step, restart);
                Normals.FromWords(pairs, piece);
                rest = rest[piece.Length..];
            }
        }
    }

    /// <summary>Gives a permutation of 0 … count − 1, each of them equally likely.</summary>
    /// <param name="count">How many, at least 0.</param>
    /// <param name="epoch">Which permutation of this stream.</param>
    /// <returns>A new array of <paramref name="count"/> distinct indices.</returns>
    /// <exception cref="UsageException">The count is negative.</exception>
    public int[] Permutation(int count, uint epoch)
    {
        if (count < 0)
        {
            throw new UsageException($"A permutation of {count} items was asked for: expected at least 0.");
        }
        var order = new int[count];
        var words = new WordStream(stackalloc uint[256], permutationKey, epoch);
        // Fisher–Yates from the front, inside out.
        for (var i = 0; i < count; i++)
        {
            var other = (int)words.Below((uint)i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    /// <summary>Gives a random subset, equally likely among all of its size: the first of <c>Permutation(total, 0)</c>.</summary>
    /// <param name="count">How many to take, 0 … total. A smaller sample of the same total is a subset of a larger.</param>
    /// <param name="total">How many there are.</param>
    /// <returns>A new array of <paramref name="count"/> distinct indices below <paramref name="total"/>, ascending.</returns>
    /// <exception cref="UsageException">The count is negative or above the total.</exception>
    public int[] Sample(int count, int total)
    {
        if (count < 0 || count > total)
        {
            throw new UsageException(
                $"A random sample of {count} out of {total} was asked for: expected a size between 0 and {Math.Max(total, 0)}."
            );
        }
        var sample = Permutation(total, 0)[..count];
        Array.Sort(sample);
        return sample;
    }

    /// <summary>Gives a seed for torch's own generator, which serves weight initialisation and dropout alone.</summary>
    /// <param name="step">The training step; 0 for the initialisation of a model.</param>
    /// <returns>A number of 63 random bits, at least 0.</returns>
    public long TorchSeed(uint step)
    {
        Span<uint> words = stackalloc uint[2];
        Philox4x32.FillScalar(words, torchKey, 0, 0, step, 0);
        return (long)((((ulong)words[1] << 32) | words[0]) >> 1);
    }

    private void FillUniform(
        Span<float> destination,
        ReadOnlySpan<long> examples,
        uint restart,
        uint step,
        bool scaled,
        float low,
        float range
    )
    {
        var width = RowWidth(destination.Length, examples);
        for (var row = 0; row < examples.Length; row++)
        {
            var rest = destination.Slice(row * width, width);
            for (var block = 0u; !rest.IsEmpty; block += Piece / 4)
            {
                var piece = rest[..Math.Min(Piece, rest.Length)];
                var words = MemoryMarshal.Cast<float, uint>(piece);
                Philox4x32.Fill(words, uniformKey, block, (uint)examples[row], step, restart);
                if (scaled)
                {
                    Uniforms.Range(piece, low, range);
                }
                else
                {
                    Uniforms.Unit(piece);
                }
                rest = rest[piece.Length..];
            }
        }
    }

    // All rows are checked before any is written.
    private static int RowWidth(int length, ReadOnlySpan<long> examples)
    {
        if (examples.IsEmpty ? length != 0 : length % examples.Length != 0)
        {
            throw new UsageException(
                $"{length} random numbers for {examples.Length} examples were asked for: expected a whole number of values "
                    + "per example."
            );
        }
        foreach (var example in examples)
        {
            if (example is < 0 or > uint.MaxValue)
            {
                throw new UsageException(
                    $"The example index {example} is out of range: expected a canonical index between 0 and {uint.MaxValue}."
                );
            }
        }
        return examples.IsEmpty ? 0 : length / examples.Length;
    }
}
