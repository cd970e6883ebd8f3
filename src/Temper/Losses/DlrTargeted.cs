using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The targeted difference-of-logits ratio −(z_y − z_t) / (z_π1 − (z_π3 + z_π4) / 2).</summary>
/// <remarks>
/// Croce and Hein 2020, Reliable evaluation of adversarial robustness, eq. (7), with their 1e-12 under the fraction. Where the
/// four highest scores tie, the margin to the target itself is taken.
/// </remarks>
public sealed class DlrTargeted : TargetedLoss
{
    private DlrTargeted(Tensor? targets)
        : base(targets) { }

    /// <summary>Gets the loss without targets.</summary>
    public static DlrTargeted Instance { get; } = new(null);

    /// <inheritdoc/>
    public override string Id => "dlr-targeted";

    /// <inheritdoc/>
    public override int MinClasses => 4;

    /// <inheritdoc/>
    internal override AttackLoss Fallback => Handed(MarginTargeted.Instance);

    /// <inheritdoc/>
    public override TargetedLoss Toward(Tensor targets) => new DlrTargeted(targets);

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var top = logits.topk(4, 1).values;
        var scale = Dlr.Scale(top[.., ..1] - ((top[.., 2..3] + top[.., 3..]) / 2));
        var rise = logits.gather(1, Targets(logits, labels)) - logits.gather(1, labels.unsqueeze(1));
        return (rise / scale).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var (values, places) = logits.topk(4, 1);
        var column = labels.unsqueeze(1);
        var target = Targets(logits, labels);
        var spread = values[.., ..1] - ((values[.., 2..3] + values[.., 3..]) / 2);
        var scale = Dlr.Scale(spread);
        var perExample = (logits.gather(1, target) - logits.gather(1, column)) / scale;
        var rise = scale.reciprocal();
        var pull = where(spread.gt(0), perExample * rise, zeros_like(rise));
        var half = pull / 2;
        var slope = zeros_like(logits)
            .scatter_add_(1, target, rise)
            .scatter_add_(1, column, rise.neg())
            .scatter_add_(1, places[.., ..1], pull.neg())
            .scatter_add_(1, places[.., 2..3], half)
            .scatter_add_(1, places[.., 3..], half);
        return (perExample.squeeze(1).MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }
}
