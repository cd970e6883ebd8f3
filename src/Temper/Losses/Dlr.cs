using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The difference-of-logits ratio −(z_y − max_{k≠y} z_k) / (z_π1 − z_π3): neither shift nor scale of the scores changes it.</summary>
/// <remarks>
/// Croce and Hein 2020, Reliable evaluation of adversarial robustness, eq. (6), with their 1e-12 under the fraction. Where first
/// and third score tie, there is no scale to divide by, and the margin itself is taken.
/// </remarks>
public sealed class Dlr : AttackLoss
{
    /// <summary>What is added to the scale so that it is never zero, as in the paper's own code.</summary>
    internal const double Guard = 1e-12;

    private Dlr() { }

    /// <summary>Gets the loss.</summary>
    public static Dlr Instance { get; } = new();

    /// <inheritdoc/>
    public override string Id => "dlr";

    /// <inheritdoc/>
    public override int MinClasses => 3;

    /// <inheritdoc/>
    internal override TargetedLoss Counterpart => DlrTargeted.Instance;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var top = logits.topk(3, 1).values;
        var scale = Scale(top.select(1, 0) - top.select(1, 2));
        return (Margin.Instance.PerExample(logits, labels) / scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var (values, places) = logits.topk(3, 1);
        var column = labels.unsqueeze(1);
        var wrong = Runner(logits, column);
        var spread = values[.., ..1] - values[.., 2..];
        var scale = Scale(spread);
        var perExample = (logits.gather(1, wrong) - logits.gather(1, column)) / scale;
        var rise = scale.reciprocal();
        // The scale's own slope: −loss / scale at the first score, the opposite at the third; none where they tie.
        var pull = where(spread.gt(0), perExample * rise, zeros_like(rise));
        var slope = zeros_like(logits)
            .scatter_add_(1, wrong, rise)
            .scatter_add_(1, column, rise.neg())
            .scatter_add_(1, places[.., ..1], pull.neg())
            .scatter_add_(1, places[.., 2..], pull);
        return (perExample.squeeze(1).MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }

    /// <summary>The class of the highest wrong score, as a column.</summary>
    internal static Tensor Runner(Tensor logits, Tensor column)
    {
        using var scope = NewDisposeScope();
        return logits
            .detach()
            .scatter(1, column, full_like(column, double.NegativeInfinity, dtype: logits.dtype))
            .argmax(1, keepdim: true)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The scale to divide by; 1 where the scores it comes from tie.</summary>
    internal static Tensor Scale(Tensor spread) => where(spread.gt(0), spread + Guard, ones_like(spread));
}
