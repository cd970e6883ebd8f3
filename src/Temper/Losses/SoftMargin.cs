using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The soft margin log Σ_{k≠y} exp z_k − z_y: negative where the right score is above the smooth maximum of the others.</summary>
/// <remarks>Ding et al. 2020 (MMA), eq. (6).</remarks>
internal sealed class SoftMargin : AttackLoss
{
    private SoftMargin() { }

    /// <summary>Gets the loss.</summary>
    public static SoftMargin Instance { get; } = new();

    /// <inheritdoc/>
    public override string Id => "soft-margin";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var column = labels.unsqueeze(1);
        var isRight = zeros_like(logits, dtype: ScalarType.Bool)
            .scatter_(1, column, ones_like(column, dtype: ScalarType.Bool));
        var others = logits.masked_fill(isRight, double.NegativeInfinity).logsumexp(1);
        return (others - logits.gather(1, column).squeeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The values as an array.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    public static float[] Of(Tensor logits, Tensor labels)
    {
        using var noGrad = no_grad();
        using var values = Instance.PerExample(logits, labels);
        return Tensors.ToArray<float>(values);
    }
}
