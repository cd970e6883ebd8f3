using Temper.Bench;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Tests.Bench;

/// <summary>What is made of measured figures, and figures that do not depend on the clock.</summary>
public sealed class FiguresTests
{
    [Theory]
    [InlineData(2, new[] { 3.0, 1, 2 })]
    [InlineData(2.5, new[] { 4.0, 1, 2, 3 })]
    [InlineData(7, new[] { 7.0 })]
    public void The_median(double expected, double[] values) => Assert.Equal(expected, Medians.Of(values));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void A_growth_is_told_by_its_exponent(double power, double expected)
    {
        GrowthPoint[] points =
        [
            .. ((int[])[32, 64, 128, 256]).Select(n => new GrowthPoint(n, n, Math.Pow(n, power) / 4)),
        ];
        Assert.Equal(expected, GrowthSeries.Fit("x", "batch", points).Exponent, 1e-9);
    }

    [Fact]
    public void A_fixed_cost_is_not_in_the_slope()
    {
        GrowthPoint[] points =
        [
            .. ((int[])[1, 2, 4, 8]).Select(n => new GrowthPoint(n, 100 * n, 5 + (0.02 * 100 * n))),
        ];
        Assert.Equal(0.02, GrowthSeries.Fit("x", "steps", points).SecondsPerPass, 1e-9);
    }

    [Fact]
    public void A_row_near_the_peak_needs_no_sentence() =>
        Assert.Null(
            RooflineSentence.Of(SampleBench.Row(1, peakShare: 0.3), [SampleBench.Layer("0", "Conv", 1, 0.9, 64, 64)])
        );

    [Fact]
    public void The_sentence_names_the_two_operators_that_take_most_time_and_what_is_lost_elsewhere()
    {
        LayerRow[] layers =
        [
            SampleBench.Layer("scores", "Linear", 0.0001, 0.5, 10, 64),
            SampleBench.Layer("first", "Conv", 0.0006, 0.05, 16, 1, 4, 4),
            SampleBench.Layer("v1", "Relu", 0.0003, null),
        ];
        // 42 forwards and 40 gradients of 0.5 ms each are 41 ms of 200.
        var row = SampleBench.Row(1) with
        {
            TemperSeconds = 0.2,
        };
        Assert.Equal(
            "Of a plain forward pass and input gradient Conv 'first' takes 60 % at 5 % of the peak (few channels, weights 16×1×4×4); "
                + "Relu 'v1' takes 30 %, without products; operators without products take 30 %; "
                + "80 % of the time measured lies outside the operators.",
            RooflineSentence.Of(row, layers)!.Replace('\u00a0', ' ')
        );
        // A pass back to the weights counts for two gradients: 42 of 0.5 ms and 142 of 0.5 ms are 92 of 100 ms.
        var step = row with
        {
            WeightGradients = 51,
            Batch = 8,
            TemperSeconds = 0.1,
        };
        var said = RooflineSentence.Of(step, layers)!;
        Assert.Contains("the batch of 8 is small", said, StringComparison.Ordinal);
        Assert.DoesNotContain("outside", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_operator_is_timed_and_its_operations_are_those_of_the_count()
    {
        var network = BenchNetwork.Find("resnet-cifar");
        using var module = network.Build();
        using var guard = new Kit.LeakGuard();
        using var x = rand(2, 3, 32, 32);
        var rows = LayerTimes.Measure("resnet-cifar", module, x, new(100, 512));
        var flops = GraphFlops.Of(module.Graph);
        Assert.Equal(module.Graph.Nodes.Count, rows.Count);
        Assert.Equal(2 * (flops.Forward + flops.InputGradient) / 1e9, rows.Sum(r => r.Gigaflop), 1e-12);
        Assert.All(rows, r => Assert.True(r.ForwardSeconds > 0 && r.GradientSeconds > 0 && r.Batch == 2));
        Assert.All(rows, r => Assert.Equal(r.Operator is "Conv" or "Linear", r.PeakShare is not null));
        var first = rows.First(r => r.Operator == "Conv");
        Assert.Equal("conv1", first.Name);
        Assert.Equal([16, 3, 3, 3], first.Weights);
        Assert.Equal(first.Gigaflop / first.Seconds() / 100, first.PeakShare!.Value, 1e-12);
    }

    [Fact]
    public void The_matrix_product_is_measured()
    {
        var peak = MatrixPeak.Measure(runs: 1);
        Assert.InRange(peak.Size, 512, 2048);
        Assert.InRange(peak.GigaflopPerSecond, 0.1, 1e5);
    }

    [Fact]
    public void Memory_that_was_held_in_between_is_seen()
    {
        // Large beside what thousands of earlier tests may still hand back meanwhile.
        const int Megabytes = 600;
        // What earlier tests freed goes back to the system here, and not within the measurement: finalizers free more than one round finds.
        var level = ResidentMemory.Now();
        for (var (round, before) = (0, long.MaxValue); round < 10 && before - level > 1 << 20; round++)
        {
            before = level ?? 0;
            ResidentMemory.PeakAbove(null, () => { });
            level = ResidentMemory.Now();
        }
        var ran = false;
        var peak = ResidentMemory.PeakAbove(
            level,
            () =>
            {
                ran = true;
                using var large = ones(Megabytes, 1 << 18);
            }
        );
        Assert.True(ran);
        Assert.SkipWhen(peak is null, "This system does not say how much memory lies in RAM.");
        Assert.InRange(peak!.Value, Megabytes * 0.8, Megabytes * 1.5);
    }

    [Fact]
    public void Examples_are_labelled_with_what_the_model_says()
    {
        var network = BenchNetwork.Find("mnist-net");
        using var model = new ModuleClassifier(network.Build(), network.Input, BenchNetwork.Classes);
        var set = BenchExamples.Held(model, 20, 8);
        using var batch = BatchSource.Gather(set, [.. Enumerable.Range(0, 20)]);
        using var scores = model.Logits(batch.Inputs);
        using var said = scores.argmax(1);
        Assert.True(Tensors.Identical(said, batch.Labels));
        Assert.InRange(set.Pixels.Average(p => (double)p), 120, 135);
    }
}
