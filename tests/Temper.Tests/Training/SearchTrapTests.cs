using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Where searches begin and end, and what they leave of the model's mode.</summary>
public sealed class SearchTrapTests
{
    private const double Epsilon = 0.1;
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    /// <summary>A projection added "for correctness" brings catastrophic overfitting back.</summary>
    [Fact]
    public void N_fgsm_leaves_the_ball_and_stays_in_the_box()
    {
        using var model = Sloped();
        using var batch = Filled(0.5f, 0.02f);
        var step = OneStep.Of(ContractObjectives.Create("n-fgsm"), model, batch, Threat);
        var (clean, noisy, found) = (Tensors.ToArray<float>(batch.Inputs), step.Searched[0], step.Trained[0]);
        Assert.All(noisy.Concat(found), v => Assert.InRange(v, 0, 1));
        // Noise of up to 2 ε, then a step of ε against the label's weight, which is 1 in every value.
        var free = Enumerable.Range(0, clean.Length).Where(i => clean[i] == 0.5f).ToArray();
        Assert.All(free, i => Assert.Equal(noisy[i] - Epsilon, found[i], 1e-6));
        Assert.InRange(free.Max(i => Math.Abs(noisy[i] - clean[i])), 1.8 * Epsilon, (2 * Epsilon) + 1e-6);
        Assert.InRange(free.Max(i => clean[i] - found[i]), 2.8 * Epsilon, (3 * Epsilon) + 1e-6);
    }

    /// <summary>Clipping the start first makes nearly every value of a dark image 0 or ε, and brings catastrophic overfitting.</summary>
    [Fact]
    public void Fast_takes_its_gradient_at_the_noise_itself_and_ends_in_ball_and_box()
    {
        using var model = Sloped();
        using var batch = Filled(0f, 0.5f);
        var step = OneStep.Of(ContractObjectives.Create("fast"), model, batch, Threat);
        var (clean, noisy, found) = (Tensors.ToArray<float>(batch.Inputs), step.Searched[0], step.Trained[0]);
        Assert.InRange(noisy.Count(v => v < 0), 0.2 * noisy.Length, 0.3 * noisy.Length);
        Assert.All(
            noisy.Zip(clean),
            p => Assert.InRange(p.First, p.Second - Epsilon - 1e-6, p.Second + Epsilon + 1e-6)
        );
        Assert.All(
            found.Zip(clean),
            p => Assert.InRange(p.First, Math.Max(0, p.Second - Epsilon - 1e-6), p.Second + Epsilon + 1e-6)
        );
        // A step of 1.25 ε reaches the edge from five eighths of the ball.
        Assert.InRange(found.Zip(clean).Count(p => p.Second == 0.5f && p.First < 0.4001f), 50, 75);
    }

    [Fact]
    public void What_is_surely_wrong_has_a_finite_loss_under_MART()
    {
        // Probabilities of exactly 0 and 1 in float32.
        using var model = Toy.Linear(
            new float[,]
            {
                { -500 },
                { 500 },
            },
            [0, 0],
            new(1, 1, 1)
        );
        using var batch = new Batch(full([2, 1, 1, 1], 0.9f), tensor([0L, 1L]), [0, 1]);
        var step = OneStep.Of(ContractObjectives.Create("mart"), model, batch, Threat);
        Assert.True(float.IsFinite(step.Loss), $"{step.Loss}");
        Assert.All(step.Gradients["scores.weight"], g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void The_tally_of_E_at_begins_anew_in_every_epoch()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 4, 2);
        var objective = (ExtremeTraining)ContractObjectives.Create("e-at");
        using (NewDisposeScope())
        {
            objective.Restore(new Dictionary<string, Tensor> { ["tally"] = tensor((long[])[3, 40, 60, 10, 50]) });
            OneStep.Of(objective, model, batch, ThreatModel.Parse("linf:0.1+l1:1.2"));
            var tally = Tensors.ToArray<long>(Assert.Single(objective.State).Value);
            Assert.Equal((0, 4), (tally[0], tally[1] + tally[2]));
        }
        objective.Forget();
    }

    [Fact]
    public void The_model_trains_on_when_a_search_fails()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 2, 2);
        using var mode = model.Enter(Mode.Train);
        var meter = new MeteredClassifier(model, new());
        using var step = new StepContext(meter, batch, Threat, new Rng(1), (0, 0), Mode.Evaluate);
        Assert.Throws<InvalidOperationException>(() => step.Craft((_, _, _) => throw new InvalidOperationException()));
        Assert.All(model.Module.named_modules(), m => Assert.True(m.module.training));
        Assert.True(model.Module.training);
    }

    /// <summary>Two scores, whose difference grows with every value alike.</summary>
    private static ModuleClassifier Sloped()
    {
        var rows = new float[2, 200];
        for (var i = 0; i < 200; i++)
        {
            (rows[0, i], rows[1, i]) = (0.01f, -0.01f);
        }
        return Toy.Linear(rows, [0, 0], new(1, 1, 200));
    }

    /// <summary>One example, half of one value and half of another.</summary>
    private static Batch Filled(float one, float two) =>
        new(cat([full([1, 1, 1, 100], one), full([1, 1, 1, 100], two)], 3), tensor([0L]), [0]);
}
