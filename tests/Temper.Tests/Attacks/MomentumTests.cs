using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>The momentum iterative method against its equations; and means over passes for the single step.</summary>
public sealed class MomentumTests
{
    /// <summary>Equations (6) and (7), written down once more with plain autograd.</summary>
    [Theory]
    [InlineData(1.0, 10, null)]
    [InlineData(0.5, 7, null)]
    [InlineData(1.0, 4, "0.03")]
    public void Its_iterates_are_those_of_the_equations(double momentum, int steps, string? step)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 12, 4, 0.1, 0.9);
        var threat = ThreatModel.Parse("linf:0.08");
        var options = new MiFgsm.Options
        {
            Steps = steps,
            Momentum = momentum,
            Step = step is null ? null : StepSize.Parse(step),
        };
        using var mode = model.Enter(Mode.Evaluate);
        using var found = new MiFgsm(options).Perturb(model, batch, threat, new Rng(0), 0);
        using var plain = new MiFgsm(options with { Momentum = 0 }).Perturb(model, batch, threat, new Rng(0), 0);
        using var scope = NewDisposeScope();
        var size = step is null ? 0.08 / steps : 0.03;
        var clean = batch.Inputs;
        var (x, sum) = (clean.clone(), zeros_like(clean));
        for (var i = 0; i < steps; i++)
        {
            var at = x.detach().requires_grad_();
            var loss = nn.functional.cross_entropy(model.Logits(at), batch.Labels, reduction: nn.Reduction.Sum);
            var gradient = autograd.grad([loss], [at])[0];
            sum = (sum * momentum) + (gradient / gradient.abs().sum([1, 2, 3], keepdim: true));
            x = (x + (sum.sign() * size)).clamp(clean - 0.08, clean + 0.08).clamp(0, 1).detach();
        }
        Assert.InRange((x - found).abs().max().item<float>(), 0, 1e-6);
        // The network bends enough for the past to matter.
        Assert.True((plain - found).abs().max().item<float>() > 0.01);
    }

    [Fact]
    public void Its_cost_is_that_of_its_steps()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 5, 4);
        var threat = ThreatModel.Parse("linf:0.00001");
        using var result = new MiFgsm(new() { Eot = 3 }).Run(model, batch, threat, new Rng(0));
        Assert.All(result.Gradients, g => Assert.Equal(10 * 3, g));
        Assert.All(result.Forwards, f => Assert.Equal((11 * 3) + 1, f));
        using var single = new Fgsm(new() { Eot = 4 }).Run(model, batch, threat, new Rng(0));
        Assert.All(single.Gradients, g => Assert.Equal(4, g));
        Assert.All(single.Forwards, f => Assert.Equal(4 + 1, f));
    }

    /// <summary>The direction of one value is a coin with a bias: one pass is often wrong, the mean of many is not.</summary>
    [Fact]
    public void The_mean_of_passes_finds_the_direction_that_single_ones_miss()
    {
        manual_seed(3);
        using var model = new ModuleClassifier(new Swaying(), new InputShape(1, 4, 5), 2);
        using var batch = new Temper.Data.Batch(full([30, 1, 4, 5], 0.5f), zeros([30], ScalarType.Int64), new long[30]);
        var threat = ThreatModel.Parse("linf:0.1");
        using var scope = NewDisposeScope();
        Assert.InRange(Right(eot: 1), 0.5, 0.8);
        Assert.InRange(Right(eot: 200), 0.99, 1);

        double Right(int eot)
        {
            using var x = new Fgsm(new() { Eot = eot, Loss = LossKind.Margin }).Perturb(
                model,
                batch,
                threat,
                new Rng(0),
                0
            );
            return x.lt(0.5).to(ScalarType.Float64).mean().item<double>();
        }
    }

    /// <summary>Scores (s, −s) for s = Σ (0.4 + noise)·x, the noise new for every value at every pass.</summary>
    private sealed class Swaying : nn.Module<Tensor, Tensor>
    {
        public Swaying()
            : base("swaying") { }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var slopes = randn_like(input) + 0.4;
            var sum = (slopes * input).flatten(1).sum(1, keepdim: true);
            return cat([sum, -sum], 1).MoveToOuterDisposeScope();
        }
    }
}
