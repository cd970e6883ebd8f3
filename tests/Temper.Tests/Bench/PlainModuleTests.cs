using Temper.Bench;
using Temper.Models.Passes;
using Temper.Tests.Kit;
using static TorchSharp.torch;

namespace Temper.Tests.Bench;

/// <summary>The plain network is the same function, with weights of its own.</summary>
public sealed class PlainModuleTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Networks => [.. BenchNetwork.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Agrees_in_scores_gradients_and_statistics(string name)
    {
        var network = BenchNetwork.Find(name);
        using var ours = network.Build();
        // By the fast passes sums run in another order, and what lies near 0 may fall on the other side of it.
        ours.Passes = PassSettings.Plain;
        using var plain = new PlainModule(ours);
        var shape = network.Input;
        manual_seed(3);
        using var guard = new LeakGuard();
        using var x = rand(3, shape.Channels, shape.Height, shape.Width);
        foreach (var training in (bool[])[false, true])
        {
            ours.train(training);
            plain.train(training);
            using var scope = NewDisposeScope();
            var (scores, gradient) = Run(ours, x);
            var (theirs, other) = Run(plain, x);
            Assert.True(scores.sub(theirs).abs().max().item<float>() <= Tolerance);
            Assert.True(gradient.sub(other).abs().max().item<float>() <= Tolerance);
            Assert.True(gradient.abs().max().item<float>() > 0);
        }
        Assert.Equal(ours.state_dict().Keys, plain.state_dict().Keys);
        Assert.All(ours.state_dict(), p => Assert.True(p.Value.allclose(plain.state_dict()[p.Key]), p.Key));
    }

    [Fact]
    public void Has_weights_of_its_own()
    {
        using var ours = BenchNetwork.Find("mnist-net").Build();
        using var plain = new PlainModule(ours);
        using var noGrad = no_grad();
        foreach (var weights in plain.parameters())
        {
            weights.fill_(0);
        }
        Assert.All(ours.parameters().Where(p => p.dim() > 1), p => Assert.True(p.any().item<bool>()));
        Assert.All(ours.parameters(), p => Assert.True(p.requires_grad));
        Assert.All(plain.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void No_network_has_all_scores_equal()
    {
        using var ours = BenchNetwork.Find("small-cnn").Build();
        ours.eval();
        using var x = rand(2, 1, 28, 28);
        using var scores = ours.call(x);
        using var spread = scores.std(1);
        Assert.True(spread.min().item<float>() > 0);
    }

    private static (Tensor Scores, Tensor Gradient) Run(nn.Module<Tensor, Tensor> module, Tensor x)
    {
        // Drop-out draws from torch's generator.
        manual_seed(5);
        var leaf = x.detach().requires_grad_();
        var scores = module.call(leaf);
        return (scores.detach(), autograd.grad([scores.square().sum()], [leaf])[0]);
    }
}
