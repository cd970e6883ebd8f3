using Temper.Losses;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Training under noise: <c>gaussian</c> and <c>smooth-adv</c>.</summary>
public sealed class SmoothTrainingTests
{
    private static readonly ThreatModel Ball = ThreatModel.Parse("l2:0.5");

    /// <summary>Two copies with p_y of 1/2 and 3/4: −log 5/8, and slopes −p₁(1−p₁)/(p₁+p₂) by the chain rule.</summary>
    [Fact]
    public void The_smoothed_loss_is_that_of_the_mean_probability()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(
            new float[,]
            {
                { 0, 0 },
                { (float)Math.Log(3), 0 },
            }
        );
        var (losses, slope) = new SmoothedCrossEntropy(2).WithSlope(logits, tensor([0L, 0L]));
        Assert.Equal(-Math.Log(5 / 8.0), losses.sum().item<float>(), 1e-6);
        float[] expected = [-0.2f, 0.2f, -0.15f, 0.15f];
        Assert.All(expected.Zip(Tensors.ToArray<float>(slope)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Noise_has_its_deviation_and_is_not_clipped()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 60, 2);
        var step = OneStep.Of(ContractObjectives.Create("gaussian", ("sigma", "0.5")), model, batch, Ball);
        var noise = step.Trained[0].Zip(Tensors.ToArray<float>(batch.Inputs), (a, b) => (double)(a - b)).ToArray();
        // 2,160 values: the deviation is known to 0.5/√4320 = 0.008, the mean to 0.011.
        Assert.Equal(0.5, Math.Sqrt(noise.Average(v => v * v)), 0.04);
        Assert.Equal(0, noise.Average(), 0.05);
        Assert.True(step.Trained[0].Min() < 0 && step.Trained[0].Max() > 1);
        // Noise of another step is other noise; that of an example does not depend on its batch.
        using var alone = batch.Select([7]);
        var one = OneStep.Of(ContractObjectives.Create("gaussian", ("sigma", "0.5")), model, alone, Ball);
        Assert.Equal(step.Trained[0][(7 * 36)..(8 * 36)], one.Trained[0]);
        var later = OneStep.Of(ContractObjectives.Create("gaussian", ("sigma", "0.5")), model, alone, Ball, (2, 0.5));
        Assert.NotEqual(one.Trained[0], later.Trained[0]);
    }

    /// <summary>Of two classes and a linear network every gradient of the smoothed loss points from the label's weights to the other's.</summary>
    [Fact]
    public void Smooth_adv_moves_all_copies_alike_and_keeps_their_noise()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 0.3f, 0, 0.4f },
                { -0.3f, 0, -0.4f },
            },
            [-0.35f, 0.35f],
            new(1, 1, 3)
        );
        using var batch = Toy.RightBatch(model, 8, 3, low: 0.4, high: 0.6);
        var small = ThreatModel.Parse("l2:0.1");
        var step = OneStep.Of(
            ContractObjectives.Create("smooth-adv", ("noises", "3"), ("step", "rel:1")),
            model,
            batch,
            small
        );
        var clean = Tensors.ToArray<float>(batch.Inputs);
        var labels = Tensors.ToArray<long>(batch.Labels);
        var count = clean.Length;
        // The search begins at the clean input, so what it asked first tells the noise.
        var noise = step.Searched[0].Select((v, i) => v - clean[i % count]).ToArray();
        Assert.NotEqual(noise[..count], noise[count..(2 * count)]);
        for (var i = 0; i < noise.Length; i++)
        {
            var example = i % count / 3;
            var toward =
                (labels[example] == 0 ? -0.1 : 0.1)
                * (i % 3) switch
                {
                    0 => 0.6,
                    1 => 0,
                    _ => 0.8,
                };
            Assert.Equal(clean[i % count] + noise[i] + toward, step.Trained[0][i], 1e-5);
        }
    }
}
