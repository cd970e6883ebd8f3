using Temper.Attacks;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Models;

public sealed class ModeScopeTests
{
    [Theory]
    [InlineData(Mode.Evaluate)]
    [InlineData(Mode.TrainFrozenStatistics)]
    public void Restores_each_submodule_and_every_buffer_also_when_the_loss_throws(Mode mode)
    {
        using var model = Toy.ConvNet(1);
        using var batch = Toy.RightBatch(model, 8, 2);
        // A mixed state: the whole net trains, but dropout was switched off by hand.
        model.Module.train(true);
        model.Module.named_modules().Single(m => m.name == "dropout").module.train(false);
        var modes = Modes(model);
        var buffers = Buffers(model);
        Action forward = () =>
        {
            using var scope = model.Enter(mode);
            using var tensors = NewDisposeScope();
            Assert.NotEqual(modes, Modes(model));
            model.Logits(batch.Inputs);
            throw new InvalidOperationException("a loss that throws");
        };
        Assert.Throws<InvalidOperationException>(forward);
        Assert.Equal(modes, Modes(model));
        Assert.Equal(buffers, Buffers(model));
    }

    /// <summary>A network of ours is one module, without any below it.</summary>
    [Theory]
    [InlineData(Mode.Evaluate)]
    [InlineData(Mode.TrainFrozenStatistics)]
    public void Restores_the_module_itself(Mode mode)
    {
        using var module = ContractModels.Graph(new(1, 6, 6), 3);
        foreach (var training in (bool[])[true, false])
        {
            module.train(training);
            using (ModeScope.Open(module, mode))
            {
                Assert.Equal(mode != Mode.Evaluate, module.training);
            }
            Assert.Equal(training, module.training);
        }
    }

    [Fact]
    public void Statistics_come_back_without_spoiling_a_graph_made_before()
    {
        using var model = Toy.ConvNet(1);
        using var batch = Toy.RightBatch(model, 8, 2);
        using var scope = NewDisposeScope();
        model.Module.train(true);
        var loss = model.Logits(batch.Inputs).sum();
        var before = Buffers(model);
        using (model.Enter(Mode.TrainFrozenStatistics))
        {
            model.Logits(batch.Inputs * 2);
            Assert.NotEqual(before, Buffers(model));
        }
        Assert.Equal(before, Buffers(model));
        loss.backward();
    }

    [Fact]
    public void An_attack_leaves_the_model_as_it_was()
    {
        using var model = Toy.ConvNet(1);
        using var batch = Toy.RightBatch(model, 8, 2);
        model.Module.train(true);
        var (modes, buffers) = (Modes(model), Buffers(model));
        var inputs = Tensors.ToArray<float>(batch.Inputs);
        using var scope = NewDisposeScope();
        var marker = model.Module.parameters().First();
        marker.grad = ones_like(marker).DetachFromDisposeScope();
        new Pgd(new() { Steps = 3, Restarts = 2 }).Run(model, batch, ThreatModel.Parse("linf:0.2"), new Rng(0));
        Assert.Equal(modes, Modes(model));
        Assert.Equal(buffers, Buffers(model));
        Assert.Equal(inputs, Tensors.ToArray<float>(batch.Inputs));
        Assert.False(batch.Inputs.requires_grad);
        Assert.Equal(marker.NumberOfElements, marker.grad!.sum().item<float>());
        Assert.All(model.Module.parameters().Skip(1), p => Assert.Null(p.grad));
    }

    private static string Modes(ModuleClassifier model) =>
        $"{model.Module.training},"
        + string.Join(",", model.Module.named_modules().Select(m => $"{m.name}={m.module.training}"));

    private static string Buffers(ModuleClassifier model) =>
        string.Join(
            ";",
            model.Module.named_buffers().Select(b => Convert.ToHexString(Weights.Entry(b.name, b.buffer).Data.Span))
        );
}
