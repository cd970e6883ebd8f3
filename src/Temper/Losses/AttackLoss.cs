using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>A loss an attack ascends: one value per example, larger = worse for the model.</summary>
public abstract class AttackLoss
{
    /// <summary>Gets the id used in options: <c>ce</c>, <c>margin</c>.</summary>
    public abstract string Id { get; }

    /// <summary>Gets the number of classes the loss needs at least.</summary>
    public abstract int MinClasses { get; }

    /// <summary>Computes the loss.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    /// <returns>Shape (N), differentiable; the caller owns it.</returns>
    public abstract Tensor PerExample(Tensor logits, Tensor labels);

    /// <summary>The loss, and the gradient of its sum with respect to the scores.</summary>
    /// <param name="logits">Scores, shape (N, classes), without a graph of autograd.</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    /// <returns>Shape (N), and shape (N, classes); the caller owns both.</returns>
    internal virtual (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var withGrad = enable_grad();
        using var scope = NewDisposeScope();
        var leaf = logits.detach().requires_grad_();
        var perExample = PerExample(leaf, labels);
        var slope = autograd.grad([perExample.sum()], [leaf])[0];
        return (perExample.detach().MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }

    /// <summary>Finds a loss by its kind.</summary>
    /// <param name="kind">The kind.</param>
    public static AttackLoss Of(LossKind kind) => kind == LossKind.Margin ? Margin.Instance : CrossEntropy.Instance;
}
