using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The divergence KL(p ‖ p′) = Σ_k p_k (log p_k − log p′_k) of what the model answers from what it answered to the clean input.</summary>
/// <remarks>
/// Zhang et al. 2019 (TRADES), eq. (5). Written out, since <c>kl_div</c> of TorchSharp expects logarithms of the target unless told
/// otherwise. At the clean input itself its gradient is zero.
/// </remarks>
/// <param name="clean">log p, shape (N, classes), without a graph; borrowed for the loss's life.</param>
internal sealed class Divergence(Tensor clean) : AttackLoss
{
    /// <inheritdoc/>
    public override string Id => "kl";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <summary>The divergence per example, with gradients to both.</summary>
    /// <param name="clean">log p, shape (N, classes).</param>
    /// <param name="other">log p′, shape (N, classes).</param>
    /// <returns>Shape (N); the caller owns it.</returns>
    public static Tensor Between(Tensor clean, Tensor other)
    {
        using var scope = NewDisposeScope();
        return (clean.exp() * (clean - other)).sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return Between(clean, logits.log_softmax(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var other = logits.log_softmax(1);
        var perExample = Between(clean, other);
        return (perExample.MoveToOuterDisposeScope(), (other.exp_() - clean.exp()).MoveToOuterDisposeScope());
    }
}
