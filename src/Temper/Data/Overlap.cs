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

    private static UInt128[] Hashes(ExampleSet set)
    {
        var hashes = new UInt128[set.Count];
        Parallel.For(
            0,
            set.Count,
            i =>
            {
                Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
                SHA256.HashData(set.Bytes(i), hash);
                hashes[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
            }
        );
        return hashes;
    }
}
