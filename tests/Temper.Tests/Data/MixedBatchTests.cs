using Temper.Data;
using Temper.Errors;
using Temper.Numerics;

namespace Temper.Tests.Data;

/// <summary>Cutout, mixup, CutMix, and examples of a second set.</summary>
public sealed class MixedBatchTests
{
    private const int Side = 8;
    private static readonly ImageSet Set = Flat(60, 1);

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Mixup_adds_two_images_and_both_labels_in_the_same_shares(double alpha)
    {
        using var batch = At(new ImageMixing(MixKind.Mixup, alpha, new Rng(3)), 0);
        var (labels, shares) = (Tensors.ToArray<long>(batch.Mix!.Labels), Tensors.ToArray<float>(batch.Mix.Shares));
        for (var row = 0; row < batch.Count; row++)
        {
            Assert.InRange(shares[row], 0.5f, 1);
            if (shares[row] > 0.95)
            {
                continue;
            }
            // Every image is of one value, another one for each example, and the label is its index modulo 3.
            var values = Values(batch, row);
            var other = (values[0] - (shares[row] * Value(row))) / (1 - shares[row]);
            var partner = Math.Round((other * 255) - 1);
            Assert.All(values, v => Assert.Equal(values[0], v));
            Assert.Equal((long)partner % 3, labels[row]);
            Assert.InRange(Math.Abs((other * 255) - 1 - partner), 0, 0.02);
        }
        Assert.True(shares.Distinct().Count() > 50);
    }

    [Fact]
    public void CutMix_pastes_a_rectangle_and_labels_go_by_its_area()
    {
        using var batch = At(new ImageMixing(MixKind.CutMix, 1, new Rng(3)), 0);
        var (labels, shares) = (Tensors.ToArray<long>(batch.Mix!.Labels), Tensors.ToArray<float>(batch.Mix.Shares));
        var cut = 0;
        for (var row = 0; row < batch.Count; row++)
        {
            var values = Values(batch, row);
            int[] foreign = [.. Enumerable.Range(0, values.Length).Where(i => values[i] != Value(row))];
            if (foreign.Length == 0)
            {
                continue;
            }
            cut++;
            Assert.Equal(1 - ((float)foreign.Length / values.Length), shares[row], 1e-6);
            var value = Assert.Single(foreign.Select(i => values[i]).Distinct());
            Assert.Equal((long)Math.Round((value * 255) - 1) % 3, labels[row]);
            var (across, down) = (foreign.Select(i => i % Side).ToArray(), foreign.Select(i => i / Side).ToArray());
            Assert.Equal(foreign.Length, (across.Max() - across.Min() + 1) * (down.Max() - down.Min() + 1));
        }
        Assert.InRange(cut, 30, 60);
        Assert.All(shares, s => Assert.InRange(s, 0.5f, 1));
    }

    [Fact]
    public void What_is_mixed_depends_on_the_image_and_the_epoch_alone()
    {
        var mixing = new ImageMixing(MixKind.Mixup, 1, new Rng(3));
        using var all = At(mixing, 1);
        var source = new BatchSource(Set, [.. Enumerable.Range(0, 60)]) { Mixing = mixing };
        using var some = source.At([7, 3, 59, .. Enumerable.Repeat(0, 57)], 0, 3, 1);
        Assert.Equal(Values(all, 59), Values(some, 2));
        using var later = At(mixing, 2);
        Assert.NotEqual(Values(all, 59), Values(later, 59));
        using var chosen = all.Select([59]);
        Assert.Equal(
            Tensors.ToArray<float>(all.Mix!.Shares)[59],
            Assert.Single(Tensors.ToArray<float>(chosen.Mix!.Shares))
        );
    }

    [Fact]
    public void Cutout_blackens_a_square_and_leaves_other_changes_as_they_are()
    {
        var plain = new Augmentation(1, Flip: true, new Rng(3));
        using var without = new BatchSource(Set, [.. Enumerable.Range(0, 60)]) { Augmentation = plain }.At(
            Order(),
            0,
            60
        );
        using var with = new BatchSource(Set, [.. Enumerable.Range(0, 60)])
        {
            Augmentation = plain with { Cutout = 3 },
        }.At(Order(), 0, 60);
        var sizes = new HashSet<int>();
        for (var row = 0; row < 60; row++)
        {
            var (before, after) = (Values(without, row), Values(with, row));
            Assert.All(before.Zip(after), p => Assert.True(p.Second == p.First || p.Second == 0));
            int[] black = [.. Enumerable.Range(0, after.Length).Where(i => after[i] == 0 && before[i] != 0)];
            sizes.Add(black.Length);
            Assert.InRange(
                black.Select(i => i % Side).DefaultIfEmpty().Max() - black.Select(i => i % Side).DefaultIfEmpty().Min(),
                0,
                2
            );
            Assert.InRange(
                black.Select(i => i / Side).DefaultIfEmpty().Max() - black.Select(i => i / Side).DefaultIfEmpty().Min(),
                0,
                2
            );
        }
        Assert.Contains(9, sizes);
        Assert.Contains(sizes, s => s < 9);
    }

    [Theory]
    [InlineData(0.5, 8)]
    [InlineData(0.25, 10)]
    [InlineData(0.9, 7)]
    public void Extra_examples_have_their_share_of_every_batch(double share, int size)
    {
        var extra = Flat(12, 200);
        var source = new BatchSource(Set, [.. Enumerable.Range(0, 50)])
        {
            Extra = new ExtraExamples(extra, [0, .. Enumerable.Range(2, 10)], share, new Rng(3)),
        };
        var each = (int)Math.Round(share * size);
        var served = new List<long>();
        long total = 0;
        foreach (var epoch in (uint[])[0, 1])
        {
            var own = new List<long>();
            for (var number = 0; number < source.BatchCount(size); number++)
            {
                using var batch = source.At([.. Enumerable.Range(0, 50)], number, size, epoch);
                var second = batch.Indices.Where(i => i >= Set.Count).ToArray();
                own.AddRange(batch.Indices.Where(i => i < Set.Count));
                if (number + 1 < source.BatchCount(size))
                {
                    Assert.Equal((size, each), (batch.Count, second.Length));
                }
                served.AddRange(second);
                total += batch.Count;
                for (var row = batch.Count - second.Length; row < batch.Count; row++)
                {
                    Assert.Equal(
                        extra.Labels[batch.Indices[row] - Set.Count],
                        Tensors.ToArray<long>(batch.Labels)[row]
                    );
                    Assert.Equal(extra.Image((int)(batch.Indices[row] - Set.Count))[0] / 255f, Values(batch, row)[0]);
                }
            }
            // An epoch goes once through the first set.
            Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), own.Order());
        }
        Assert.Equal(2 * source.ExamplesPerEpoch(size), total);
        // The second set is used up before any of it comes again.
        Assert.Equal(11, served.Take(11).Distinct().Count());
        Assert.DoesNotContain(Set.Count + 1, served);
    }

    [Fact]
    public void A_batch_of_one_has_no_room_for_two_sets()
    {
        var source = new BatchSource(Set, [0, 1]) { Extra = new ExtraExamples(Set, [0], 0.5, new Rng(3)) };
        Assert.Contains(
            "training.batch",
            Assert.Throws<UsageException>(() => source.BatchCount(1)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_is_in_other_sets_is_found_and_left_out()
    {
        // Values 1 to 60 here; 51 to 90 and 11 to 20 elsewhere, of which only every second counts.
        int[] even = [.. Enumerable.Range(0, 5).Select(i => 2 * i)];
        var left = Overlap.Without(Set, (Flat(40, 51), [.. Enumerable.Range(0, 40)]), (Flat(10, 11), even));
        Assert.Equal(Enumerable.Range(0, 50).Except([10, 12, 14, 16, 18]), left);
    }

    private static int[] Order() => [.. Enumerable.Range(0, 60)];

    private static Batch At(ImageMixing mixing, uint epoch) =>
        new BatchSource(Set, [.. Enumerable.Range(0, 60)]) { Mixing = mixing }.At(Order(), 0, 60, epoch);

    private static float Value(int example) => (example + 1) / 255f;

    private static float[] Values(Batch batch, int row)
    {
        using var one = batch.Inputs[row];
        return Tensors.ToArray<float>(one);
    }

    private static ImageSet Flat(int count, int first) =>
        new(
            new("flat", "train", 1, Side, Side, 3, ""),
            [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)(first + i), Side * Side))],
            [.. Enumerable.Range(0, count).Select(i => i % 3)]
        );
}
