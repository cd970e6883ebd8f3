using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>A loss that grows as the model comes to prefer one given wrong class.</summary>
public abstract class TargetedLoss : AttackLoss
{
    private readonly Tensor? _targets;

    private protected TargetedLoss(Tensor? targets) => _targets = targets;

    /// <inheritdoc/>
    internal override TargetedLoss Counterpart => this;

    /// <summary>The same loss with the classes to aim at.</summary>
    /// <param name="targets">Classes, int64, shape (N); borrowed for the loss's life.</param>
    public abstract TargetedLoss Toward(Tensor targets);

    /// <summary>The classes aimed at, as a column; where none were given, the highest wrong score of each example.</summary>
    private protected Tensor Targets(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return (_targets?.unsqueeze(1) ?? Dlr.Runner(logits, labels.unsqueeze(1))).MoveToOuterDisposeScope();
    }

    /// <summary>The given classes, for the loss that takes this one's place.</summary>
    private protected TargetedLoss Handed(TargetedLoss other) => _targets is null ? other : other.Toward(_targets);
}
