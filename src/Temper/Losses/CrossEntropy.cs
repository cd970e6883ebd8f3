using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>Cross-entropy −log softmax(z)_y.</summary>
/// <remarks>In float32 its gradient vanishes where the model is sure of the right class; the margin does not.</remarks>
public sealed class CrossEntropy : AttackLoss
{
    private CrossEntropy() { }

    /// <summary>Gets the loss.</summary>
    public static CrossEntropy Instance { get; } = new();

    /// <inheritdoc/>
    public override string Id => "ce";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <inheritdoc/>
    internal override TargetedLoss Counterpart => CrossEntropyTargeted.Instance;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels) =>
        nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.None);

    /// <inheritdoc/>
    internal override (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var column = labels.unsqueeze(1);
        var logarithms = logits.log_softmax(1);
        var perExample = logarithms.gather(1, column).squeeze(1).neg_();
        // softmax(z) − 1 at the label.
        var slope = logarithms.exp_().scatter_add_(1, column, full_like(column, -1, dtype: logits.dtype));
        return (perExample.MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }
}
