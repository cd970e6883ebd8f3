using Temper.Data;
using Temper.Errors;
using Temper.Numerics;

namespace Temper.Tests.Data;

public sealed class AugmentationTests
{
    private const int Side = 5;
    private const int Crop = 2;
    private static readonly ImageSet Set = Numbered(400);

    [Fact]
    public void Every_image_is_a_shift_and_perhaps_a_reflection_of_itself_and_all_occur()
    {
        var seen = new HashSet<(int Across, int Down, bool Flip)>();
        using var batch = Batch([.. Enumerable.Range(0, 400)], 0, new(Crop, Flip: true, new Rng(3)));
        for (var row = 0; row < Set.Count; row++)
        {
            var values = Values(batch, row);
            var ways =
                from across in Enumerable.Range(-Crop, (2 * Crop) + 1)
                from down in Enumerable.Range(-Crop, (2 * Crop) + 1)
                from flip in (bool[])[false, true]
                where values.SequenceEqual(Expected(row, across, down, flip))
                select (across, down, flip);
            seen.Add(Assert.Single(ways));
        }
        Assert.Equal(((2 * Crop) + 1) * ((2 * Crop) + 1) * 2, seen.Count);
    }

    [Fact]
    public void What_happens_depends_on_the_image_and_the_epoch_alone()
    {
        var augmentation = new Augmentation(Crop, Flip: true, new Rng(3));
        using var all = Batch([.. Enumerable.Range(0, 400)], 1, augmentation);
        using var some = Batch([7, 3, 399], 1, augmentation);
        using var later = Batch([7, 3, 399], 2, augmentation);
        Assert.Equal(Values(all, 3), Values(some, 1));
        Assert.Equal(Values(all, 399), Values(some, 2));
        Assert.Contains(Enumerable.Range(0, 3), i => !Values(some, i).SequenceEqual(Values(later, i)));
    }

    [Fact]
    public void Nothing_is_done_to_what_is_not_trained_on()
    {
        using var plain = BatchSource.Gather(Set, [7]);
        Assert.Equal(Expected(7, 0, 0, false), Values(plain, 0));
    }

    [Fact]
    public void Rows_of_a_table_are_refused()
    {
        var table = new TableSet(new("t", "train", 1, 1, 2, 2, ""), [0, 1, 1, 0], [0, 1], ["a", "b"]);
        var augmentation = new Augmentation(1, Flip: false, new Rng(3));
        Assert.Throws<UsageException>(() => augmentation.Apply(new float[4], [0, 1], table, 0));
    }

    private static Batch Batch(int[] indices, uint epoch, Augmentation augmentation) =>
        new BatchSource(Set, indices) { Augmentation = augmentation }.At(
            [.. Enumerable.Range(0, indices.Length)],
            0,
            indices.Length,
            epoch
        );

    private static float[] Values(Batch batch, int row)
    {
        using var one = batch.Inputs[row];
        return Tensors.ToArray<float>(one);
    }

    private static float[] Expected(int index, int across, int down, bool flip)
    {
        var values = new float[Set.ValuesPerExample];
        for (var c = 0; c < 2; c++)
        {
            for (var y = 0; y < Side; y++)
            {
                for (var x = 0; x < Side; x++)
                {
                    var (fromX, fromY) = ((flip ? Side - 1 - x : x) + across, y + down);
                    var inside = fromX is >= 0 and < Side && fromY is >= 0 and < Side;
                    values[(((c * Side) + y) * Side) + x] = inside
                        ? Set.Image(index)[(((c * Side) + fromY) * Side) + fromX] / 255f
                        : 0;
                }
            }
        }
        return values;
    }

    private static ImageSet Numbered(int count)
    {
        // Every pixel of an image differs, and none is 0.
        byte[] pixels =
        [
            .. Enumerable
                .Range(0, count)
                .SelectMany(i => Enumerable.Range(0, 50).Select(p => (byte)(1 + ((p * 5) + i) % 251))),
        ];
        return new(new("numbered", "train", 2, Side, Side, 2, ""), pixels, new int[count]);
    }
}
