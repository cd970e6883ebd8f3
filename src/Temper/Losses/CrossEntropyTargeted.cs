using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The logarithm of one class's probability, log softmax(z)_t: cross-entropy to the target, descended.</summary>
/// <remarks>Kurakin et al. 2017, Adversarial machine learning at scale, section 2, for one target.</remarks>
public sealed class CrossEntropyTargeted : TargetedLoss
{
    private CrossEntropyTargeted(Tensor? targets)
        : base(targets) { }

    /// <summary>Gets the loss without targets.</summary>
    public static CrossEntropyTargeted Instance { get; } = new(null);

    /// <inheritdoc/>
    public override string Id => "ce-targeted";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <inheritdoc/>
    public override TargetedLoss Toward(Tensor targets) => new CrossEntropyTargeted(targets);

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return logits.log_softmax(1).gather(1, Targets(logits, labels)).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var target = Targets(logits, labels);
        var logarithms = logits.log_softmax(1);
        var perExample = logarithms.gather(1, target).squeeze(1);
        // 1 at the target − softmax(z).
        var slope = logarithms.exp_().neg_().scatter_add_(1, target, ones_like(target, dtype: logits.dtype));
        return (perExample.MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }
}
