using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The margin to one class, z_t − z_y.</summary>
/// <remarks>Carlini and Wagner 2017, section V, f₆ for one target.</remarks>
public sealed class MarginTargeted : TargetedLoss
{
    private MarginTargeted(Tensor? targets)
        : base(targets) { }

    /// <summary>Gets the loss without targets.</summary>
    public static MarginTargeted Instance { get; } = new(null);

    /// <inheritdoc/>
    public override string Id => "margin-targeted";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <inheritdoc/>
    public override TargetedLoss Toward(Tensor targets) => new MarginTargeted(targets);

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var target = Targets(logits, labels);
        return (logits.gather(1, target) - logits.gather(1, labels.unsqueeze(1))).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var column = labels.unsqueeze(1);
        var target = Targets(logits, labels);
        var rise = ones_like(column, dtype: logits.dtype);
        var slope = zeros_like(logits).scatter_add_(1, target, rise).scatter_add_(1, column, rise.neg());
        return (PerExample(logits, labels).MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }
}
