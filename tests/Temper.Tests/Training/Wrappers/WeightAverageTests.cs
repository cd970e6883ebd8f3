using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Training;
using static TorchSharp.torch;

namespace Temper.Tests.Training.Wrappers;

/// <summary>Averages of weights: what is averaged when, and the running statistics that belong to it.</summary>
public sealed class WeightAverageTests
{
    [Fact]
    public void An_equal_average_is_the_mean_of_the_ends_of_the_last_epochs()
    {
        using var layer = nn.Linear(1, 1, hasBias: false);
        // Epochs of 4 updates; counted from update 6 on, so at 8, 12 and 16.
        using var average = WeightAverage.Equal(layer, first: 6, every: 4);
        for (var update = 1; update <= 16; update++)
        {
            Set(layer, update * update);
            average.Update(update);
            if (update is 4 or 8)
            {
                Assert.Equal(update * update, Averaged(layer, average));
            }
        }
        Assert.Equal((64 + 144 + 256) / 3.0, Averaged(layer, average), 1e-4);
        Assert.Equal(256, layer.weight!.item<float>());
    }

    [Fact]
    public void A_moving_average_forgets_its_beginnings()
    {
        using var layer = nn.Linear(1, 1, hasBias: false);
        Set(layer, 0);
        using var average = new WeightAverage(layer, 0.5);
        double expected = 0;
        for (var update = 1; update <= 10; update++)
        {
            Set(layer, update);
            average.Update(update);
            // (1 + t)/(10 + t) until it passes one half, at t = 8.
            var decay = Math.Min(0.5, (1.0 + update) / (10.0 + update));
            expected = (decay * expected) + ((1 - decay) * update);
        }
        Assert.Equal(expected, Averaged(layer, average), 1e-5);
    }

    [Fact]
    public void Running_statistics_are_the_mean_over_batches_whatever_the_momentum()
    {
        foreach (var momentum in (double[])[0.1, 0.7])
        {
            using var norm = nn.BatchNorm2d(1, momentum: momentum);
            using var model = new ModuleClassifier(
                nn.Sequential(("norm", norm), ("flatten", nn.Flatten()), ("scores", nn.Linear(36, 3))),
                new(1, 6, 6),
                3
            );
            var source = BatchSource.All(Toy.Stripes(40, 1));
            int[] order = [.. Enumerable.Range(0, 40)];
            using var average = WeightAverage.Equal(model.Module, 1, 1);
            average.Update(1);
            var meter = new QueryMeter();
            average.Settle(new MeteredClassifier(model, meter), source.Unchanged(order, 8));
            var (means, variances) = (new List<double>(), new List<double>());
            foreach (var batch in source.Batches(8))
            {
                means.Add(batch.Inputs.mean().item<float>());
                variances.Add(batch.Inputs.var(unbiased: true).item<float>());
            }
            var live = Tensors.ToArray<float>(norm.running_mean!);
            using (average.Applied())
            {
                Assert.Equal(means.Average(), norm.running_mean!.item<float>(), 1e-5);
                Assert.Equal(variances.Average(), norm.running_var!.item<float>(), 1e-5);
                Assert.Equal(0, norm.num_batches_tracked!.item<long>());
            }
            Assert.Equal(live, Tensors.ToArray<float>(norm.running_mean!));
            // Every batch once, and the first three times more to learn what moves and by how much.
            Assert.Equal(40 + (3 * 8), meter.Forwards);
        }
    }

    [Fact]
    public void Networks_without_statistics_are_asked_once()
    {
        using var model = Toy.Linear(new float[3, 36], [0, 0, 0], new(1, 6, 6));
        using var average = WeightAverage.Equal(model.Module, 1, 1);
        var meter = new QueryMeter();
        int[] order = [.. Enumerable.Range(0, 40)];
        average.Settle(new MeteredClassifier(model, meter), BatchSource.All(Toy.Stripes(40, 1)).Unchanged(order, 8));
        Assert.Equal(8, meter.Forwards);
    }

    private static void Set(TorchSharp.Modules.Linear layer, float value)
    {
        using var noGrad = no_grad();
        layer.weight!.fill_(value);
    }

    private static double Averaged(TorchSharp.Modules.Linear layer, WeightAverage average)
    {
        using (average.Applied())
        {
            return layer.weight!.item<float>();
        }
    }
}
