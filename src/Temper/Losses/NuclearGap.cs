using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The nuclear norm of what a batch's scores differ by from fixed scores, shared out to its examples, on top of the cross-entropy.</summary>
/// <remarks>
/// Sriramanan et al. 2021 (NuAT), eq. (2). The norm is of the whole batch: it grows where the changes point in different directions, and
/// no example has a part of its own. Its sum over examples is what an attack ascends, as with every loss.
/// </remarks>
/// <param name="clean">Scores, shape (N, classes), without a graph; borrowed for the loss's life.</param>
/// <param name="weight">What the norm is multiplied with; 0 for the cross-entropy alone.</param>
internal sealed class NuclearGap(Tensor clean, double weight) : AttackLoss
{
    /// <inheritdoc/>
    public override string Id => "nuclear";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <summary>The sum of the singular values of a difference of scores.</summary>
    /// <param name="one">Scores, shape (N, classes).</param>
    /// <param name="other">Scores, shape (N, classes).</param>
    /// <returns>A scalar; the caller owns it.</returns>
    public static Tensor Between(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        return linalg.svdvals(one - other).sum().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var entropy = CrossEntropy.Instance.PerExample(logits, labels);
        return (
            weight == 0 ? entropy : entropy + (Between(logits, clean) * (weight / logits.shape[0]))
        ).MoveToOuterDisposeScope();
    }
}
