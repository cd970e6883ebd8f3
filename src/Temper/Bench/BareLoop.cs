using Temper.Models;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Passes as a plain loop makes them: autograd, and nothing done with what comes out.</summary>
/// <param name="network">The network; borrowed.</param>
internal sealed class BareLoop(nn.Module<Tensor, Tensor> network)
{
    /// <summary>Gets the passes made.</summary>
    public QueryMeter Meter { get; } = new();

    /// <summary>A forward pass without a graph.</summary>
    public void Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Scores(x);
    }

    /// <summary>A gradient for the input.</summary>
    public void InputGradient(Tensor x, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var leaf = x.detach().requires_grad_();
        var loss = nn.functional.cross_entropy(Scores(leaf), labels, reduction: nn.Reduction.Sum);
        autograd.grad([loss], [leaf]);
        Meter.AddGradients(x.shape[0]);
    }

    /// <summary>A gradient for the weights and the optimizer's step.</summary>
    public void Update(Tensor x, Tensor labels, optim.Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var loss = nn.functional.cross_entropy(Scores(x), labels);
        network.zero_grad(set_to_none: true);
        loss.backward();
        optimizer.step();
        Meter.AddGradients(x.shape[0]);
    }

    private Tensor Scores(Tensor x)
    {
        Meter.AddForwards(x.shape[0]);
        return network.call(x);
    }
}
