using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Training.Certified;
using Temper.Training.Certified.Fused;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>ReLUs on intervals as one operation, against the same written with libtorch's operators and its autograd.</summary>
public sealed class FusedIntervalTests
{
    private const double Tolerance = 1e-5;

    // Rows that fill vectors, and rows that leave a rest.
    private static readonly long[][] Shape =
    [
        [3, 16],
        [2, 3, 5, 5],
        [1, 7],
        [130, 11],
        [2, 1300],
    ];

    public static TheoryData<int> Shapes() => [0, 1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Relu_and_sums_are_those_of_libtorch(int number)
    {
        using var scope = NewDisposeScope();
        var shape = Shape[number];
        var (m, r, other, more) = (Values(shape, 1), Radii(shape, 2), Values(shape, 3), Values(shape, 4));
        var weights = tensor(new double[] { 0.3, -0.2, 0, 0.5, -0.4, 0, 0.7, 0.1 });

        var (middle, radius, sums) = ReluFunction.Of(m, r, sums: true);
        var (low, high) = (m - r, m + r);
        var (plainMiddle, plainRadius) = ((high.relu() + low.relu()) / 2, (high.relu() - low.relu()) / 2);
        var (on, off) = (low.gt(0).to(ScalarType.Float32), high.lt(0).to(ScalarType.Float32));
        Tensor[] each = [m, r, on, m * on, m * m * on, off, m * off, m * m * off];
        var plainSums = stack(each.Select(t => t.to(ScalarType.Float64).sum()));

        Near(plainMiddle, middle);
        Near(plainRadius, radius);
        Near(plainSums, sums!);
        Tensor Loss(Tensor a, Tensor b, Tensor c) => (a * other).sum() + (b * more).sum() + (c * weights).sum();
        var expected = autograd.grad([Loss(plainMiddle, plainRadius, plainSums)], [m, r]);
        var found = autograd.grad([Loss(middle, radius, sums!)], [m, r]);
        Near(expected[0], found[0]);
        Near(expected[1], found[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Functions_brought_back_are_those_of_libtorch(int each)
    {
        using var scope = NewDisposeScope();
        long[] shape = [4, 2, 5, 3];
        var (m, r) = (Values(shape, 1), Radii(shape, 2));
        var rows = Values([4 * each, 2, 5, 3], 3);
        var (other, gains) = (Values([4 * each, 2, 5, 3], 4), Values([4 * each], 5));

        var (back, gain) = KneeFunction.Of(m, r, rows);
        var (low, high) = ((m - r).repeat_interleave(each, 0), (m + r).repeat_interleave(each, 0));
        var loose = low.lt(0).logical_and(high.gt(0));
        var settled = low.ge(0).to(ScalarType.Float32);
        var chord = where(loose, high / where(loose, high - low, ones_like(low)), settled);
        var below = where(loose, high.gt(-low).to(ScalarType.Float32), settled);
        var plainBack = (rows.clamp_min(0) * chord) + (rows.clamp_max(0) * below);
        var plainGain = (rows.clamp_min(0) * where(loose, -low * chord, zeros_like(low))).flatten(1).sum(1);

        Near(plainBack, back);
        Near(plainGain, gain);
        Tensor Loss(Tensor a, Tensor b) => (a * other).sum() + (b * gains).sum();
        var expected = autograd.grad([Loss(plainBack, plainGain)], [m, r, rows]);
        var found = autograd.grad([Loss(back, gain)], [m, r, rows]);
        Assert.All(expected.Zip(found), pair => Near(pair.First, pair.Second));
    }

    /// <summary>A function brought back is above the ReLU wherever the interval allows.</summary>
    [Fact]
    public void Functions_brought_back_hold()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (m, r, rows) = (Values([6, 9], 1), Radii([6, 9], 2), Values([6, 9], 3));
        var (back, gain) = KneeFunction.Of(m, r, rows);
        for (var share = -1.0; share <= 1; share += 0.125)
        {
            var x = m + (r * share);
            var least = (back * x).sum(1) + gain - (rows * x.relu()).sum(1);
            Assert.True(least.ge(-Tolerance).all().item<bool>());
        }
    }

    /// <summary>However narrow an interval around 0, slopes are shares and gradients are numbers; with no width there is no chord.</summary>
    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e-38f)]
    [InlineData(0f)]
    public void Narrow_intervals_stay_finite(float width)
    {
        using var scope = NewDisposeScope();
        var (m, r, rows) = (zeros(2, 9).requires_grad_(), full([2, 9], width).requires_grad_(), Values([2, 9], 3));
        var (back, gain) = KneeFunction.Of(m, r, rows);
        Assert.True(back.abs().le(rows.abs()).all().item<bool>());
        var found = autograd.grad([back.sum() + gain.sum()], [m, r, rows]);
        Assert.True(found[2].isfinite().all().item<bool>());
        Assert.True(width > 0 || found[0].eq(0).all().item<bool>());
        Assert.False(found[0].isnan().any().item<bool>());
        Assert.False(found[1].isnan().any().item<bool>());
    }

    /// <summary>Values and gradients that do not lie in one piece.</summary>
    [Fact]
    public void Turned_values_are_taken()
    {
        using var scope = NewDisposeScope();
        var (m, r, other) = (Values([7, 9], 1), Radii([7, 9], 2), Values([9, 7], 3));
        var (middle, radius, _) = ReluFunction.Of(m.t(), r.t(), sums: false);
        var (plain, wide) = (((m + r).relu() + (m - r).relu()) / 2, ((m + r).relu() - (m - r).relu()) / 2);
        Near(plain.t(), middle);
        var expected = autograd.grad([(plain.t() * other).sum() + wide.sum()], [m, r]);
        var found = autograd.grad([(middle.t() * other.t()).sum() + radius.sum()], [m, r]);
        Near(expected[0], found[0]);
        Near(expected[1], found[1]);
    }

    /// <summary>Gradients that autograd does not ask for are none, also after results were disposed.</summary>
    [Fact]
    public void Results_that_are_not_used_give_no_gradient()
    {
        using var scope = NewDisposeScope();
        var (m, r) = (Values([2, 9], 1), Radii([2, 9], 2));
        Tensor loss;
        using (var inner = NewDisposeScope())
        {
            loss = ReluFunction.Of(m, r, sums: true).Radius.sum().MoveToOuterDisposeScope();
        }
        var plain = ((m + r).relu() - (m - r).relu()).sum() / 2;
        var (expected, found) = (autograd.grad([plain], [m, r]), autograd.grad([loss], [m, r]));
        Near(expected[0], found[0]);
        Near(expected[1], found[1]);
    }

    /// <summary>Images with channels last, radii and functions that lie otherwise: values in their places, and results that lie as the middles.</summary>
    [Fact]
    public void Images_with_channels_last_are_taken()
    {
        using var scope = NewDisposeScope();
        long[] shape = [3, 4, 5, 2];
        var (m, r, rows) = (Values(shape, 1), Radii(shape, 2), Values([6, 4, 5, 2], 3));
        var (other, more) = (Values(shape, 4), Values([6, 4, 5, 2], 5));
        (Tensor[] Results, Tensor[] Gradients) Through(Tensor middle, Tensor functions)
        {
            var (behind, radius, sums) = ReluFunction.Of(middle, r, sums: true);
            var (back, gain) = KneeFunction.Of(middle, r, functions);
            var loss = (behind * other).sum() - radius.square().sum() + sums!.sum() + (back * more).sum() + gain.sum();
            return ([behind, radius, sums, back, gain], [.. autograd.grad([loss], [m, r, rows])]);
        }
        var expected = Through(m, rows);
        var found = Through(Layout.ChannelsLast(m), Layout.ChannelsLast(rows));
        Assert.All(
            (Tensor[])[found.Results[0], found.Results[1], found.Results[3]],
            result => Assert.True(Layout.IsChannelsLast(result))
        );
        Assert.All(expected.Results.Zip(found.Results), pair => Near(pair.First, pair.Second));
        Assert.All(expected.Gradients.Zip(found.Gradients), pair => Near(pair.First, pair.Second));
    }

    /// <summary>From the sums of the one operation, and where there are none; the spread as it is defined.</summary>
    [Fact]
    public void What_regularisers_ask_is_the_definition()
    {
        using var scope = NewDisposeScope();
        var (m, r) = (Values([5, 3, 4, 4], 1) + 1.5, Radii([5, 3, 4, 4], 2) / 4);
        var (fused, plain) = (Enclosure.Around(m, m, r), Enclosure.Around(m, m, r));
        var wide = Enclosure.Around(m, m, r + 100);
        fused.Rectified(sums: true);
        Assert.NotNull(fused.Sums);
        var units = Units.Of([fused, plain, wide]);

        var (on, off) = ((m - r).gt(0).to(ScalarType.Float64), (m + r).lt(0).to(ScalarType.Float64));
        var spread = (m - m.mean()).square();
        Tensor[] expected = [r.mean(), (m * on).sum(), (m * off).sum(), (spread * on).sum(), (spread * off).sum()];
        Tensor[] found = [units.Radius, units.On, units.Off, units.OnSpread, units.OffSpread];
        Assert.All(
            expected.Zip(found),
            pair =>
            {
                Near(pair.First, pair.Second[0]);
                Near(pair.First, pair.Second[1]);
            }
        );
        Assert.Equal([true, true, false], Tensors.ToArray<bool>(units.AreBoth));
    }

    /// <summary>Graphs and what they keep are gone once the results are.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_stays_behind(bool channelsLast)
    {
        using var scope = NewDisposeScope();
        long[] shape = channelsLast ? [2, 3, 4, 4] : [2, 9];
        var (m, r, rows) = (Values(shape, 1), Radii(shape, 2), Values(shape, 3));
        m = channelsLast ? Layout.ChannelsLast(m) : m;
        using (new LeakGuard())
        {
            for (var n = 0; n < 5; n++)
            {
                using var inner = NewDisposeScope();
                var (middle, radius, sums) = ReluFunction.Of(m, r, sums: true);
                var (back, gain) = KneeFunction.Of(middle, radius, rows);
                autograd.grad([back.sum() + gain.sum() + sums!.sum()], [m, r, rows]);
            }
        }
    }

    private static Tensor Values(long[] shape, ulong seed)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        new Rng(seed).FillNormal(values, [0], 0, 0);
        return tensor(values, shape).requires_grad_();
    }

    private static Tensor Radii(long[] shape, ulong seed)
    {
        using var values = Values(shape, seed);
        return values.detach().abs().requires_grad_();
    }

    private static void Near(Tensor expected, Tensor found)
    {
        var (a, b) = (expected.detach().to(ScalarType.Float64), found.detach().to(ScalarType.Float64));
        Assert.Equal(a.shape, b.shape);
        Assert.True((a - b).abs().max().item<double>() <= Tolerance * (1 + a.abs().max().item<double>()));
    }
}
