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

    /// <summary>Gets how images are mixed with each other; null for not at all.</summary>
    public ImageMixing? Mixing { get; init; }

    /// <summary>Gets the examples of a second set that are mixed into every batch; null for none.</summary>
    public ExtraExamples? Extra { get; init; }

    /// <summary>Gets the number of examples, extra ones not among them.</summary>
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
    public static Batch Gather(ExampleSet set, IReadOnlyList<int> canonical, Device? device = null)
    {
        var source = new BatchSource(set, canonical, device);
        return source.Gather(source.Own(canonical), 0, changed: false);
    }

    private Batch Gather(Row[] rows, uint epoch, bool changed)
    {
        using var scope = NewDisposeScope();
        var inputs = empty([rows.Length, set.Channels, set.Height, set.Width], dtype: ScalarType.Float32);
        var keys = rows.Select(r => r.Key).ToArray();
        LabelMix? mix = null;
        if (rows.Length > 0)
        {
            var target = Tensors.Floats(inputs);
            Fill(target, rows, keys, epoch, changed);
            mix = changed && Mixing is { } mixing ? Mixed(mixing, target, keys, epoch) : null;
        }
        return new(inputs.to(device ?? CPU).MoveToOuterDisposeScope(), Labels(rows).MoveToOuterDisposeScope(), keys)
        {
            Mix = mix,
        };
    }

    private void Fill(Span<float> target, Row[] rows, long[] keys, uint epoch, bool changed)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row].Set.Copy(rows[row].Index, target.Slice(row * set.ValuesPerExample, set.ValuesPerExample));
        }
        if (changed)
        {
            Augmentation?.Apply(target, keys, set, epoch);
        }
    }

    private LabelMix Mixed(ImageMixing mixing, Span<float> target, long[] keys, uint epoch)
    {
        var size = set.ValuesPerExample;
        var draws = mixing.Draw(keys, Count, epoch);
        var others = Own([.. draws.Select(d => indices[d.Other])]);
        var values = new float[draws.Length * size];
        Fill(values, others, [.. others.Select(r => r.Key)], epoch, changed: true);
        var shares = new float[draws.Length];
        for (var row = 0; row < draws.Length; row++)
        {
            shares[row] = mixing.Mix(target.Slice(row * size, size), values.AsSpan(row * size, size), set, draws[row]);
        }
        return new(
            Labels(others).MoveToOuterDisposeScope(),
            tensor(shares, device: device ?? CPU).MoveToOuterDisposeScope()
        );
    }

    private Tensor Labels(Row[] rows) =>
        tensor(rows.Select(r => (long)r.Set.Labels[r.Index]).ToArray(), dtype: ScalarType.Int64, device: device ?? CPU);

    private Row[] Own(IReadOnlyList<int> canonical) => [.. canonical.Select(i => new Row(set, i, i))];

    /// <summary>The batches of an epoch.</summary>
    /// <param name="size">The batch size.</param>
    public int BatchCount(int size)
    {
        var own = size - (Extra?.In(size) ?? 0);
        return (Count + own - 1) / own;
    }

    /// <summary>The examples of an epoch, extra ones included.</summary>
    /// <param name="size">The batch size.</param>
    public long ExamplesPerEpoch(int size)
    {
        var extra = Extra?.In(size) ?? 0;
        var (whole, rest) = Math.DivRem(Count, size - extra);
        return Count + ((long)whole * extra) + ExtraIn(rest, size);
    }

    // A smaller last batch has the same share of them.
    private int ExtraIn(int own, int size) => Extra is { } extra ? own * extra.In(size) / (size - extra.In(size)) : 0;

    /// <summary>The batches of an epoch without changes to the images and without extra examples.</summary>
    /// <param name="order">The permutation of the epoch.</param>
    /// <param name="size">The batch size; what does not fill a batch is left out, unless it is all there is.</param>
    internal IEnumerable<Batch> Unchanged(int[] order, int size)
    {
        size = Math.Min(size, Count);
        for (var start = 0; start + size <= Count; start += size)
        {
            using var batch = Gather(Own([.. order[start..(start + size)].Select(o => indices[o])]), 0, changed: false);
            yield return batch;
        }
    }

    /// <summary>One batch of an epoch whose order is a function of (seed, epoch).</summary>
    /// <param name="order">The permutation of this epoch, over places in this source.</param>
    /// <param name="number">The batch's number in the epoch.</param>
    /// <param name="size">The batch size; the last batch may be smaller.</param>
    /// <param name="epoch">The epoch, which decides with the example what <see cref="Augmentation"/> does.</param>
    /// <returns>A batch, extra examples last; the caller disposes it.</returns>
    public Batch At(int[] order, int number, int size, uint epoch = 0)
    {
        var own = size - (Extra?.In(size) ?? 0);
        var start = number * own;
        var count = Math.Min(own, Count - start);
        var rows = Own([.. order[start..(start + count)].Select(o => indices[o])]);
        if (Extra is { } extra)
        {
            var first = ((long)epoch * BatchCount(size) + number) * extra.In(size);
            rows =
            [
                .. rows,
                .. Enumerable
                    .Range(0, ExtraIn(count, size))
                    .Select(i => extra.At(first + i))
                    .Select(i => new Row(extra.Set, i, set.Count + (long)i)),
            ];
        }
        return Gather(rows, epoch, changed: true);
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

    /// <summary>An example: the set it is from, its place there, and the canonical index that keys its noise.</summary>
    private readonly record struct Row(ExampleSet Set, int Index, long Key);
}
