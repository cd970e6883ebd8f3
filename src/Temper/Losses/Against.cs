using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>A targeted loss held against whichever other class scores highest, instead of against the label.</summary>
/// <remarks>
/// Where one class has to be reached, a third one can stand in the way: z_t − z_y rises while that class rises faster. The margin
/// becomes z_t − max_{k≠t} z_k, which is Carlini and Wagner 2017, section V, f₆.
/// </remarks>
/// <param name="loss">The loss, with its targets.</param>
/// <param name="targets">The classes aimed at, int64, shape (N); borrowed for the loss's life.</param>
internal sealed class Against(AttackLoss loss, Tensor targets) : AttackLoss
{
    /// <inheritdoc/>
    public override string Id => loss.Id;

    /// <inheritdoc/>
    public override int MinClasses => loss.MinClasses;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return loss.PerExample(logits, Rivals(logits)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override (Tensor PerExample, Tensor Slope) WithSlope(Tensor logits, Tensor labels)
    {
        using var rivals = Rivals(logits);
        return loss.WithSlope(logits, rivals);
    }

    private Tensor Rivals(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return Dlr.Runner(logits, targets.unsqueeze(1)).squeeze(1).MoveToOuterDisposeScope();
    }
}
