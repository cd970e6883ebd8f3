using CsCheck;
using Temper.Errors;
using Temper.Numerics;
using static Temper.Tests.Numerics.Drawing;

namespace Temper.Tests.Numerics;

public sealed class RngTests
{
    // Written down from an independent implementation: a change here is a new version of Rng.Algorithm.
    [Fact]
    public void Numbers_of_version_1()
    {
        Assert.Equal("philox4x32-10/v1", Rng.Algorithm);
        var rng = new Rng(20240607).Fork("attack/pgd");
        var values = new float[6];
        rng.FillUniform(values, [59999], restart: 3, step: 17);
        Assert.Equal(
            [6564566f, 10126906f, 16679723f, 3746385f, 11701672f, 11919472f],
            values.Select(value => value * 16777216f)
        );
        rng.FillNormal(values, [59999], restart: 3, step: 17);
        Assert.Equal([0.86871117f, -0.46838433f, -0.43486553f, 1.6192588f, -0.36695004f, 1.3199703f], values);
        Assert.Equal([3, 7, 2, 0, 1, 5, 8, 6, 9, 4], rng.Permutation(10, 5));
        Assert.Equal(8396190771698250402, rng.TorchSeed(9));
    }

    [Fact]
    public void A_fork_knows_its_path_and_equals_itself()
    {
        var root = new Rng(3);
        Assert.Equal("", root.Path);
        Assert.Equal("train/noise", root.Fork("train").Fork("noise").Path);
        Assert.Equal(3UL, root.Fork("train").Seed);
        Assert.Equal(
            Draw(root.Fork("train").Fork("noise"), [1, 2], 3, 4, 10),
            Draw(new Rng(3).Fork("train/noise"), [1, 2], 3, 4, 10)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    public void An_empty_purpose_is_refused(string purpose) =>
        Assert.Throws<UsageException>(() => new Rng(0).Fork(purpose));

    [Fact]
    public void Every_argument_changes_the_numbers()
    {
        var rng = new Rng(1).Fork("a");
        float[][] rows =
        [
            Draw(rng, [5], 0, 0, 64),
            Draw(new Rng(2).Fork("a"), [5], 0, 0, 64),
            Draw(new Rng(1UL << 63 | 1).Fork("a"), [5], 0, 0, 64),
            Draw(new Rng(1), [5], 0, 0, 64),
            Draw(new Rng(1).Fork("b"), [5], 0, 0, 64),
            Draw(new Rng(1).Fork("a/a"), [5], 0, 0, 64),
            Draw(rng, [6], 0, 0, 64),
            Draw(rng, [uint.MaxValue], 0, 0, 64),
            Draw(rng, [5], 1, 0, 64),
            Draw(rng, [5], 0, 1, 64),
            Draw(rng, [5], 5, 0, 64),
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                // Two independent rows of 64 agree in a place with probability 64 / 2^24 = 4e-6.
                Assert.DoesNotContain(true, rows[i].Zip(rows[j], (a, b) => a == b));
            }
        }
    }

    [Fact]
    public void A_row_does_not_depend_on_its_batch()
    {
        var rng = new Rng(99).Fork("start");
        var examples = Gen.Long[0, uint.MaxValue].Array[1, 12];
        Gen.Select(examples, Gen.Int[1, 150], Gen.UInt, Gen.UInt)
            .Sample(
                (batch, width, restart, step) =>
                {
                    foreach (var kind in Enum.GetValues<Kind>())
                    {
                        var whole = Draw(rng, batch, restart, step, width, kind);
                        for (var row = 0; row < batch.Length; row++)
                        {
                            var alone = Draw(rng, [batch[row]], restart, step, width, kind);
                            Assert.Equal(alone, whole[(row * width)..((row + 1) * width)]);
                        }
                    }
                },
                iter: 500
            );
    }

    // Vector width and position in the row change nothing: a shorter row is the beginning of a longer one.
    [Fact]
    public void A_row_does_not_depend_on_its_length()
    {
        var rng = new Rng(7).Fork("start");
        foreach (var kind in Enum.GetValues<Kind>())
        {
            var longest = Draw(rng, [123], 1, 2, 9000, kind);
            foreach (var width in Enumerable.Range(1, 140).Concat([784, 2047, 2048, 2049, 3072, 4096, 4097, 8999]))
            {
                Assert.Equal(longest[..width], Draw(rng, [123], 1, 2, width, kind));
            }
        }
    }

    [Fact]
    public void A_range_is_the_unit_scaled_with_one_rounding()
    {
        var rng = new Rng(4).Fork("range");
        Gen.Select(Gen.Float[-10, 10], Gen.Float[0, 10])
            .Sample(
                (low, width) =>
                {
                    var high = low + width;
                    var unit = Draw(rng, [8], 0, 0, 37);
                    var scaled = new float[37];
                    rng.FillUniform(scaled, [8], 0, 0, (low, high));
                    for (var i = 0; i < 37; i++)
                    {
                        Assert.InRange(scaled[i], low, high);
                        // Both factors have 24 bits: the product is exact in double, and the sum nearly.
                        Assert.Equal((float)(low + (unit[i] * (double)(high - low))), scaled[i], 1e-6f);
                        Assert.Equal(MathF.FusedMultiplyAdd(unit[i], high - low, low), scaled[i]);
                    }
                },
                iter: 500
            );
    }

    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(float.NaN, 1f)]
    [InlineData(0f, float.NaN)]
    [InlineData(0f, float.PositiveInfinity)]
    [InlineData(float.MinValue, float.MaxValue)]
    public void An_impossible_range_is_refused(float low, float high) =>
        Assert.Throws<UsageException>(() => new Rng(0).FillUniform(new float[1], [0], 0, 0, (low, high)));

    [Theory]
    [InlineData(4294967296L)]
    [InlineData(-1L)]
    public void An_example_out_of_range_is_refused_before_anything_is_written(long example)
    {
        var values = new float[4];
        var error = Assert.Throws<UsageException>(() => new Rng(0).FillUniform(values, [0, example], 0, 0));
        Assert.Contains(example.ToString(), error.Message);
        Assert.Throws<UsageException>(() => new Rng(0).FillNormal(values, [0, example], 0, 0));
        Assert.Equal(new float[4], values);
    }

    [Fact]
    public void Rows_must_be_whole()
    {
        Assert.Throws<UsageException>(() => new Rng(0).FillUniform(new float[5], [0, 1], 0, 0));
        Assert.Throws<UsageException>(() => new Rng(0).FillNormal(new float[1], [], 0, 0));
        new Rng(0).FillUniform([], [], 0, 0);
        new Rng(0).FillNormal([], [1, 2], 0, 0);
    }

    [Fact]
    public void A_permutation_is_a_bijection_and_a_sample_its_sorted_beginning()
    {
        var rng = new Rng(12).Fork("order");
        Gen.Select(Gen.Int[0, 700], Gen.UInt)
            .Sample(
                (count, epoch) => Assert.Equal(Enumerable.Range(0, count), rng.Permutation(count, epoch).Order()),
                iter: 500
            );
        Assert.Equal(rng.Permutation(50, 0)[..20].Order(), rng.Sample(20, 50));
        Assert.Subset(rng.Sample(40, 50).ToHashSet(), rng.Sample(20, 50).ToHashSet());
        Assert.Equal(Enumerable.Range(0, 50), rng.Sample(50, 50));
        Assert.Empty(rng.Sample(0, 0));
        Assert.NotEqual(rng.Permutation(50, 0), rng.Permutation(50, 1));
        Assert.NotEqual(rng.Permutation(50, 0), rng.Fork("other").Permutation(50, 0));
        Assert.NotEqual(rng.Permutation(50, 0), new Rng(13).Fork("order").Permutation(50, 0));
    }

    [Fact]
    public void Permutations_of_wrong_size_are_refused()
    {
        Assert.Throws<UsageException>(() => new Rng(0).Permutation(-1, 0));
        Assert.Throws<UsageException>(() => new Rng(0).Sample(-1, 5));
        Assert.Throws<UsageException>(() => new Rng(0).Sample(6, 5));
        Assert.Throws<UsageException>(() => new Rng(0).Sample(-3, -2));
    }

    [Fact]
    public void Torch_seeds_have_63_bits_and_differ()
    {
        var rng = new Rng(5).Fork("dropout");
        var seeds = Enumerable.Range(0, 5000).Select(step => rng.TorchSeed((uint)step)).ToArray();
        Assert.All(seeds, seed => Assert.True(seed >= 0));
        Assert.Equal(5000, seeds.Distinct().Count());
        for (var bit = 0; bit < 63; bit++)
        {
            // Binomial with mean 2500 and deviation 35: five of them.
            Assert.InRange(seeds.Count(seed => ((seed >> bit) & 1) == 1), 2323, 2677);
        }
    }
}
