using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Data;

/// <summary>Some examples of a resident data set, served as batches.</summary>
/// <param name="set">The data set.</param>
/// <param name="indices">The canonical indices of the examples.</param>
/// <param name="device">Where the batches are made; the CPU when absent.</param>
public sealed class BatchSource(ExampleSet set, IReadOnlyList<int> indices, Device? device = null)
{
    /// <summary>Gets the data set.</summary>
    public ExampleSet Set => set;

    /// <summary>Gets what is done to images before they are served; null for nothing.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Gets the number of examples.</summary>
    public int Count => indices.Count;

    /// <summary>Gets the canonical indices.</summary>
    public IReadOnlyList<int> Indices => indices;

    /// <summary>All examples of a set in their canonical order.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="device">Where the batches are made.</param>
    public static BatchSource All(ExampleSet set, Device? device = null) =>
        new(set, [.. Enumerable.Range(0, set.Count)], device);

    /// <summary>Makes a batch of the examples with these canonical indices.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="canonical">The canonical indices; one may repeat.</param>
    /// <param name="device">Where the batch is made.</param>
    /// <returns>A batch; the caller disposes it.</returns>
    public static Batch Gather(ExampleSet set, IReadOnlyList<int> canonical, Device? device = null) =>
        Gather(set, canonical, device, null, 0);

    private static Batch Gather(
        ExampleSet set,
        IReadOnlyList<int> canonical,
        Device? device,
        Augmentation? augmentation,
        uint epoch
    )
    {
        using var scope = NewDisposeScope();
        var inputs = empty([canonical.Count, set.Channels, set.Height, set.Width], dtype: ScalarType.Float32);
        var labels = new long[canonical.Count];
        var keys = new long[canonical.Count];
        if (canonical.Count > 0)
        {
            var target = Tensors.Floats(inputs);
            for (var row = 0; row < canonical.Count; row++)
            {
                set.Copy(canonical[row], target.Slice(row * set.ValuesPerExample, set.ValuesPerExample));
                labels[row] = set.Labels[canonical[row]];
                keys[row] = canonical[row];
            }
            augmentation?.Apply(target, keys, set, epoch);
        }
        return new(
            inputs.to(device ?? CPU).MoveToOuterDisposeScope(),
            tensor(labels, dtype: ScalarType.Int64, device: device ?? CPU).MoveToOuterDisposeScope(),
            keys
        );
    }

    /// <summary>One batch of an epoch whose order is a function of (seed, epoch).</summary>
    /// <param name="order">The permutation of this epoch, over places in this source.</param>
    /// <param name="number">The batch's number in the epoch.</param>
    /// <param name="size">The batch size; the last batch may be smaller.</param>
    /// <param name="epoch">The epoch, which decides with the example what <see cref="Augmentation"/> does.</param>
    /// <returns>A batch; the caller disposes it.</returns>
    public Batch At(int[] order, int number, int size, uint epoch = 0)
    {
        var start = number * size;
        var count = Math.Min(size, Count - start);
        var canonical = new int[count];
        for (var i = 0; i < count; i++)
        {
            canonical[i] = indices[order[start + i]];
        }
        return Gather(set, canonical, device, Augmentation, epoch);
    }

    /// <summary>All batches in the source's own order, for a plain loop.</summary>
    /// <param name="size">The batch size; the last batch may be smaller.</param>
    /// <returns>Batches; each is disposed when the next is asked for.</returns>
    public IEnumerable<Batch> Batches(int size)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        for (var number = 0; number * size < Count; number++)
        {
            using var batch = At(order, number, size);
            yield return batch;
        }
    }
}
