using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>A loss an attack ascends: one value per example, larger = worse for the model.</summary>
public abstract class AttackLoss
{
    /// <summary>Gets the id used in options: <c>ce</c>, <c>margin</c>, <c>dlr</c>.</summary>
    public abstract string Id { get; }

    /// <summary>Gets the number of classes the loss needs at least; <see cref="Fitting"/> gives another where there are fewer.</summary>
    public abstract int MinClasses { get; }

    /// <summary>Gets the loss that takes its place where there are too few classes.</summary>
    internal virtual AttackLoss Fallback => Margin.Instance;

    /// <summary>Gets the loss that takes its place where one class is aimed at.</summary>
    internal virtual TargetedLoss Counterpart => MarginTargeted.Instance;

    /// <summary>Computes the loss.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    /// <returns>Shape (N), differentiable; the caller owns it.</returns>
    public abstract Tensor PerExample(Tensor logits, Tensor labels);

    /// <summary>This loss, or the one that takes its place for a model of fewer classes than it needs.</summary>
    /// <param name="classes">The model's classes.</param>
    public AttackLoss Fitting(int classes) => classes >= MinClasses ? this : Fallback;

    /// <summary>One sentence where another loss takes this one's place; null where none does.</summary>
    /// <param name="classes">The model's classes.</param>
    public string? Notice(int classes) =>
        classes >= MinClasses
            ? null
            : $"loss '{Id}' needs {MinClasses} classes, the model has {classes}; '{Fallback.Id}' takes its place.";

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
    public static AttackLoss Of(LossKind kind) =>
        kind switch
        {
            LossKind.Margin => Margin.Instance,
            LossKind.Dlr => Dlr.Instance,
            _ => CrossEntropy.Instance,
        };

    /// <summary>Finds the targeted loss of a kind; where it gets no targets, it aims at the highest wrong score.</summary>
    /// <param name="kind">The kind.</param>
    public static TargetedLoss Targeted(LossKind kind) =>
        kind switch
        {
            LossKind.Margin => MarginTargeted.Instance,
            LossKind.Dlr => DlrTargeted.Instance,
            _ => CrossEntropyTargeted.Instance,
        };
}
