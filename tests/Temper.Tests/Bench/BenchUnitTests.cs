using Temper.Bench;
using Temper.Tests.Kit;
using static TorchSharp.torch;

namespace Temper.Tests.Bench;

/// <summary>Both sides make the passes that the method's formula says, and so do the same work.</summary>
public sealed class BenchUnitTests
{
    private const int Batch = 2;
    private const int MostRepeats = 3;

    [Theory]
    [InlineData("mnist-net", "pgd-attack", 42, 40)]
    [InlineData("mnist-net", "natural", 1, 1)]
    [InlineData("mnist-net", "fast", 2, 2)]
    [InlineData("mnist-net", "n-fgsm", 2, 2)]
    [InlineData("mnist-net", "pgd", 8, 8)]
    [InlineData("small-cnn", "pgd-attack", 12, 10)]
    [InlineData("small-cnn", "fast", 2, 2)]
    [InlineData("resnet-cifar", "pgd-attack", 12, 10)]
    [InlineData("resnet-cifar", "n-fgsm", 2, 2)]
    [InlineData("preact-resnet18", "pgd-attack", 4, 2)]
    [InlineData("preact-resnet18", "n-fgsm", 2, 2)]
    public void Passes(string network, string method, int forwards, int gradients)
    {
        var row = Assert.Single(BenchCase.Of([network], [method], Batch));
        row = row with { Repeats = Math.Min(row.Repeats, MostRepeats) };
        Assert.Equal((forwards, gradients), (row.Passes.Forwards, row.Passes.Gradients));
        using var unit = BenchUnit.Of(row);
        Check(unit.Temper());
        Check(unit.Bare());
        // By now optimizers have their state and the bare network is made: from here on nothing may be left behind.
        using var guard = new LeakGuard();
        Check(unit.Temper());
        Check(unit.Bare());

        void Check(UnitTime made)
        {
            var examples = (long)Batch * row.Repeats;
            Assert.Equal((forwards * examples, gradients * examples), (made.Forwards, made.Gradients));
            Assert.True(made.Seconds > 0);
        }
    }

    [Fact]
    public void The_default_table_holds_every_network_and_method()
    {
        var rows = BenchCase.Of(null, null, null);
        Assert.Equal(
            BenchNetwork.Names.SelectMany(n => BenchMethod.Names.Select(m => (n, m))),
            rows.Select(r => (r.Network.Id, r.Method.Id)).Distinct()
        );
        Assert.Equal([100, 500], rows.Where(r => r.Title.StartsWith("mnist-net, PGD-40")).Select(r => r.Batch));
        Assert.Contains("mnist-net, pgd training step, batch 128", rows.Select(r => r.Title));
        Assert.Contains("resnet-cifar, n-fgsm training step, batch 128", rows.Select(r => r.Title));
    }

    [Fact]
    public void Training_repeats_small_steps_and_an_attack_is_one_unit()
    {
        Assert.All(BenchCase.Of(null, ["pgd-attack"], null), row => Assert.Equal(1, row.Repeats));
        var step = Assert.Single(BenchCase.Of(["mnist-net"], ["natural"], 128));
        Assert.Equal(128.0 * (1_218_768 + 2_337_184), step.Flops);
        Assert.InRange(step.Repeats, 20, 100);
        Assert.Equal(1, Assert.Single(BenchCase.Of(["preact-resnet18"], ["pgd"], 64)).Repeats);
    }

    [Fact]
    public void The_bare_loop_makes_the_passes_it_counts()
    {
        var network = new Counting();
        var loop = new BareLoop(network);
        using var x = rand(3, 4);
        using var labels = tensor((long[])[0, 1, 2]);
        using var optimizer = optim.SGD(network.parameters(), 0.1);
        var weights = network.parameters().Single();
        using var before = weights.detach().clone();

        loop.Forward(x);
        Assert.Equal((1, false), (network.Calls, network.HadGraph));
        loop.InputGradient(x, labels);
        Assert.Equal((2, true), (network.Calls, network.HadGraph));
        Assert.Null(weights.grad);
        Assert.False(x.requires_grad);
        Assert.Equal((6, 3), (loop.Meter.Forwards, loop.Meter.Gradients));
        loop.Update(x, labels, optimizer);
        Assert.Equal(3, network.Calls);
        Assert.Equal((9, 6), (loop.Meter.Forwards, loop.Meter.Gradients));
        Assert.False(weights.allclose(before));
        network.Dispose();
    }

    private sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _layer = nn.Linear(4, 3, hasBias: false);

        public Counting()
            : base(nameof(Counting)) => register_module("layer", _layer);

        public int Calls { get; private set; }

        public bool HadGraph { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            var scores = _layer.call(input);
            HadGraph = scores.requires_grad;
            return scores;
        }
    }
}
