using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>Cross-entropy of a smoothed answer: −log of the mean, over noisy copies, of the label's probability.</summary>
/// <remarks>
/// Salman et al. 2019, equation 6. Scores stand copy by copy: row j·N + i is copy j of example i. Each row bears an equal part of its
/// example's loss, so that the sum over rows is the sum over examples.
/// </remarks>
/// <param name="copies">The number of copies.</param>
internal sealed class SmoothedCrossEntropy(int copies) : AttackLoss
{
    /// <inheritdoc/>
    public override string Id => "smoothed-ce";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var logarithms = logits.log_softmax(1).gather(1, labels.unsqueeze(1)).view(copies, -1);
        var losses = Math.Log(copies) - logarithms.logsumexp(0);
        return (losses / copies).repeat(copies).MoveToOuterDisposeScope();
    }
}
