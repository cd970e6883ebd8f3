using System.Runtime.InteropServices;
using Temper.Data;
using Temper.Errors;
using Temper.Numerics;

namespace Temper.Workflow.Sweeps;

/// <summary>Holds some training examples out of a whole sweep, so that methods can be compared without a look at test data.</summary>
/// <remarks>The same examples whatever the runs' seeds are; each run sets its own validation examples apart from the rest.</remarks>
internal static class HoldOut
{
    /// <summary>Takes examples out of a training split.</summary>
    /// <param name="data">The data; its test split is not part of the result.</param>
    /// <param name="count">How many to hold out.</param>
    /// <returns>The rest to train on, and the examples held out in place of the test split.</returns>
    /// <exception cref="UsageException">There are not so many.</exception>
    public static TrainingData Of(TrainingData data, int count)
    {
        var all = data.Train;
        if (count < 1 || count >= all.Count)
        {
            throw new UsageException(
                $"--held-out: found {count}, expected 1 to {all.Count - 1}; there are {all.Count} training examples."
            );
        }
        var permutation = new Rng(0).Fork("sweep/held-out").Permutation(all.Count, 0);
        var rest = Take(all, [.. permutation.Skip(count).Order()], $"train without {count} held out");
        var held = Take(all, [.. permutation.Take(count).Order()], $"{count} held out of train");
        return new(rest, held, Overlap.Count(held, rest));
    }

    private static ExampleSet Take(ExampleSet set, int[] indices, string split)
    {
        var width = set.Bytes(0).Length;
        var values = new byte[indices.Length * (long)width];
        for (var i = 0; i < indices.Length; i++)
        {
            set.Bytes(indices[i]).CopyTo(values.AsSpan(i * width));
        }
        int[] labels = [.. indices.Select(i => set.Labels[i])];
        var card = set.Card with { Split = split, Sha256 = ContentHash.Of(values, labels) };
        return set is TableSet table
            ? new TableSet(card, MemoryMarshal.Cast<byte, float>(values).ToArray(), labels, table.Columns)
            : new ImageSet(card, values, labels);
    }
}
