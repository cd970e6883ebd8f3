using System.Security.Cryptography;

namespace Temper.Data;

/// <summary>Finds examples of one set in another. What a model has trained on tells nothing about what it has not seen.</summary>
public static class Overlap
{
    /// <summary>Counts the examples of a set that are in another too, value for value; labels play no part.</summary>
    /// <param name="evaluation">The set whose examples are counted.</param>
    /// <param name="training">The set they are looked for in.</param>
    /// <returns>0 to the size of <paramref name="evaluation"/>; 0 where shapes differ.</returns>
    public static int Count(ExampleSet evaluation, ExampleSet training)
    {
        if (evaluation.ValuesPerExample != training.ValuesPerExample || evaluation.GetType() != training.GetType())
        {
            return 0;
        }
        var known = Hashes(training).ToHashSet();
        return Hashes(evaluation).Count(known.Contains);
    }

    /// <summary>The examples of a set that are, value for value, in none of some others.</summary>
    /// <param name="set">The set.</param>
    /// <param name="others">Examples of other sets of the same kind and shape.</param>
    /// <returns>Canonical indices, ascending.</returns>
    internal static int[] Without(
        ExampleSet set,
        params IReadOnlyList<(ExampleSet Set, IReadOnlyList<int> Indices)> others
    )
    {
        var known = others.SelectMany(o => Hashes(o.Set, o.Indices)).ToHashSet();
        var hashes = Hashes(set);
        return [.. Enumerable.Range(0, set.Count).Where(i => !known.Contains(hashes[i]))];
    }

    private static UInt128[] Hashes(ExampleSet set) => Hashes(set, [.. Enumerable.Range(0, set.Count)]);

    private static UInt128[] Hashes(ExampleSet set, IReadOnlyList<int> indices)
    {
        var hashes = new UInt128[indices.Count];
        Parallel.For(
            0,
            indices.Count,
            i =>
            {
                Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
                SHA256.HashData(set.Bytes(indices[i]), hash);
                hashes[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
            }
        );
        return hashes;
    }
}
