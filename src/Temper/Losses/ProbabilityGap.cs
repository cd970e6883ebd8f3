using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The squared distance Σ_k (p_k − p′_k)² of what the model answers from fixed probabilities, on top of a share of the cross-entropy.</summary>
/// <remarks>
/// Sriramanan et al. 2020, eq. (4), as the relaxation that guides an attack; without cross-entropy Pang et al. 2022 (SCORE).
/// </remarks>
/// <param name="clean">p, shape (N, classes), without a graph; borrowed for the loss's life.</param>
/// <param name="weight">What the distance is multiplied with.</param>
/// <param name="crossEntropy">What the cross-entropy is multiplied with; 0 for none.</param>
internal sealed class ProbabilityGap(Tensor clean, double weight, double crossEntropy) : AttackLoss
{
    /// <inheritdoc/>
    public override string Id => "gap";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <summary>The squared distance per example, with gradients to both.</summary>
    /// <param name="one">Probabilities, shape (N, classes).</param>
    /// <param name="other">Probabilities, shape (N, classes).</param>
    /// <returns>Shape (N); the caller owns it.</returns>
    public static Tensor Between(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        return (one - other).square().sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var gap = Between(logits.softmax(1), clean) * weight;
        return (
            crossEntropy == 0 ? gap : gap + (CrossEntropy.Instance.PerExample(logits, labels) * crossEntropy)
        ).MoveToOuterDisposeScope();
    }
}
