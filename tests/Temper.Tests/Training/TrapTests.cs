using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>What is easily got wrong in the methods, and passes unnoticed.</summary>
public sealed class TrapTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    public static TheoryData<string> All() => [.. ContractObjectives.Ids];

    [Theory]
    [MemberData(nameof(All))]
    public void Statistics_move_by_the_passes_in_train_mode_only(string id)
    {
        // VAT's move by clean inputs alone; GradAlign's also by the pass that its step follows.
        var expected = id switch
        {
            "hat" or "grad-align" => 3,
            "trades" or "mart" or "alp" or "gat" or "nuat" or "score" or "mma" or "ensemble" => 2,
            _ => 1,
        };
        foreach (var inner in (Mode[])[Mode.Evaluate, Mode.TrainFrozenStatistics])
        {
            using var model = ContractObjectives.Net(id, 3);
            using var other = Toy.ConvNet(4);
            using var batch = Toy.RightBatch(model, 6, 2);
            var counter = model.Module.named_buffers().Single(b => b.name == "norm.num_batches_tracked").buffer;
            var before = counter.item<long>();
            var weight = model.Module.named_parameters().First().parameter;
            var kept = Tensors.ToArray<float>(weight);
            var step = OneStep.Of(
                ContractObjectives.Create(id),
                model,
                batch,
                Threat,
                inner: inner,
                others: new ContractObjectives.Others(other),
                record: false
            );
            Assert.Equal(expected, counter.item<long>() - before);
            Assert.Equal(kept, Tensors.ToArray<float>(weight));
            Assert.All(model.Module.named_modules(), m => Assert.True(m.module.training));
            Assert.InRange(step.Correct, 0, 6);
            Assert.Equal(6, step.Gradients.Count);
        }
    }

    [Fact]
    public void Virtual_training_leaves_the_statistics_of_the_clean_batch()
    {
        using var model = Toy.ConvNet(3);
        using var plain = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(plain, 6, 2);
        using var same = Toy.RightBatch(model, 6, 2);
        OneStep.Of(ContractObjectives.Create("vat"), model, batch, Threat, record: false);
        OneStep.Of(ContractObjectives.Create("natural"), plain, batch, Threat, record: false);
        foreach (var (one, two) in model.Module.named_buffers().Zip(plain.Module.named_buffers()))
        {
            Assert.True(Tensors.Identical(one.buffer, two.buffer), one.name);
        }
    }

    /// <summary>At the clean input the divergence has no gradient: a search that begins there goes nowhere.</summary>
    [Theory]
    [InlineData("trades")]
    [InlineData("hat")]
    [InlineData("mart")]
    [InlineData("score")]
    public void Searches_use_the_ball_up(string id)
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 3, -2, 1 },
                { -1, 2, 2 },
                { 1, 1, -2 },
            },
            [0, 0, 0],
            new(1, 1, 3)
        );
        using var batch = Toy.RightBatch(model, 50, 3);
        var step = OneStep.Of(
            ContractObjectives.Create(id, ("steps", "10")),
            model,
            batch,
            Threat,
            others: new ContractObjectives.Others(model)
        );
        var clean = Tensors.ToArray<float>(batch.Inputs);
        var moved = step.Trained[1].Zip(clean, (a, b) => Math.Abs(a - b)).ToArray();
        Assert.True(moved.Count(m => m > 0.0999) > 0.9 * moved.Length, $"{moved.Average()}");
        Assert.True(moved.Max() <= 0.1 + 1e-6);
        // The first step follows the gradient at noise of 0.001 around the clean input, or at a uniform draw; never at the input.
        Assert.NotEqual(clean, step.Searched[id is "trades" or "hat" or "score" ? 1 : 0]);
    }

    [Fact]
    public void The_divergence_has_no_slope_at_the_clean_answer()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(
            new float[,]
            {
                { 1, 2, -1 },
            }
        );
        var (value, slope) = new Divergence(logits.log_softmax(1)).WithSlope(logits, tensor([0L]));
        Assert.Equal(0, value.item<float>(), 1e-7);
        Assert.All(Tensors.ToArray<float>(slope), s => Assert.Equal(0, s, 1e-7));
    }

    [Fact]
    public void Friendly_searches_stop_where_they_are_first_wrong()
    {
        // Score difference 2x − 1: the boundary is at 0.5.
        using var model = Toy.Linear(
            new float[,]
            {
                { 1 },
                { -1 },
            },
            [-0.5f, 0.5f],
            new(1, 1, 1)
        );
        using var batch = Batch([0.55f, 0.95f], [0, 0], width: 1);
        var fat = ContractObjectives.Create("fat", ("steps", "20"), ("step", "0.01"), ("rise", "false"));
        var found = OneStep.Of(fat, model, batch, Threat).Trained[0];
        Assert.InRange(found[0], 0.49f, 0.5f);
        Assert.Equal(0.85f, found[1], 1e-5f);
        var later = ContractObjectives.Create(
            "fat",
            ("steps", "20"),
            ("step", "0.01"),
            ("tau", "2"),
            ("rise", "false")
        );
        Assert.Equal(found[0] - 0.02f, OneStep.Of(later, model, batch, Threat).Trained[0][0], 1e-5f);
    }

    [Fact]
    public void Every_other_nuclear_attack_ascends_the_cross_entropy_alone()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1, -1 },
                { -1, 1 },
            },
            [0, 0],
            new(1, 1, 2)
        );
        using var batch = Toy.RightBatch(model, 30, 3);
        var heavy = ContractObjectives.Create("nuat", ("lambda", "1000"));
        var none = ContractObjectives.Create("nuat", ("lambda", "0"));
        Assert.Equal(At(none, 4), At(heavy, 4));
        Assert.NotEqual(At(none, 5), At(heavy, 5));

        float[] At(Objective objective, uint number) =>
            OneStep.Of(objective, model, batch, Threat, (number, 0.5)).Trained[0];
    }

    [Theory]
    [InlineData("gat", 1.0)]
    [InlineData("nuat", 0.5)]
    public void One_step_methods_begin_at_the_corners_of_their_noise(string id, double share)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 2);
        var step = OneStep.Of(ContractObjectives.Create(id), model, batch, Threat);
        var clean = Tensors.ToArray<float>(batch.Inputs);
        var noise = step.Searched[1].Zip(clean, (a, b) => (a - b) / 0.1 / share).ToArray();
        Assert.All(noise, n => Assert.Equal(1, Math.Abs(n), 1e-4));
        Assert.InRange(noise.Count(n => n > 0), 0.4 * noise.Length, 0.6 * noise.Length);
        var other = OneStep.Of(ContractObjectives.Create(id), model, batch, Threat, (3, 0.5));
        Assert.NotEqual(step.Searched[1], other.Searched[1]);
    }

    [Fact]
    public void The_virtual_direction_is_as_long_as_the_budget()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 2);
        var step = OneStep.Of(ContractObjectives.Create("vat"), model, batch, ThreatModel.Parse("l2:0.1"));
        var clean = Tensors.ToArray<float>(batch.Inputs);
        foreach (var row in step.Trained[2].Zip(clean, (a, b) => (double)(a - b)).Chunk(36))
        {
            Assert.Equal(0.1, Math.Sqrt(row.Sum(v => v * v)), 1e-5);
        }
        Assert.Equal(clean, step.Trained[0]);
    }

    [Fact]
    public void Examples_without_a_gradient_are_left_out_of_the_alignment()
    {
        // Scores that do not depend on the input.
        using var model = Toy.Linear(
            new float[,]
            {
                { 0 },
                { 0 },
            },
            [1, 0],
            new(1, 1, 1)
        );
        using var batch = Batch([0.5f, 0.6f], [0, 0], width: 1);
        var step = OneStep.Of(ContractObjectives.Create("grad-align", ("lambda", "5")), model, batch, Threat);
        Assert.Equal(Math.Log(1 + Math.Exp(-1)), step.Loss, 1e-6);
        Assert.All(step.Gradients["scores.weight"], g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void The_alignment_reaches_the_weights_of_a_network_with_layers()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 2);
        var without = OneStep.Of(ContractObjectives.Create("grad-align", ("lambda", "0")), model, batch, Threat);
        var with = OneStep.Of(ContractObjectives.Create("grad-align", ("lambda", "1")), model, batch, Threat);
        Assert.InRange(with.Loss - without.Loss, 1e-4, 2);
        Assert.NotEqual(without.Gradients["conv.weight"], with.Gradients["conv.weight"]);
    }

    private static Batch Batch(float[] values, long[] labels, int width = 2) =>
        new(
            tensor(values, [labels.Length, 1, 1, width]),
            tensor(labels),
            [.. Enumerable.Range(0, labels.Length).Select(i => (long)i)]
        );
}
