using Temper.Data;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>Losses of a batch whose labels are smoothed and mixed as the recipe has it.</summary>
internal static class StepLabels
{
    /// <summary>The cross-entropy of each example.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="smoothing">The share of a label that is spread evenly over all classes.</param>
    /// <param name="logits">Shape (N, classes), borrowed.</param>
    /// <returns>Shape (N); the caller owns it.</returns>
    public static Tensor CrossEntropies(Batch batch, double smoothing, Tensor logits)
    {
        var own = Smoothed(logits, batch.Labels, smoothing);
        if (batch.Mix is not { } mix)
        {
            return own;
        }
        using var scope = NewDisposeScope();
        using (own)
        {
            var other = Smoothed(logits, mix.Labels, smoothing);
            return ((mix.Shares * own) + ((1 - mix.Shares) * other)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>The labels as probabilities.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="smoothing">The share of a label that is spread evenly over all classes.</param>
    /// <param name="logits">Scores, whose classes and type they take, borrowed.</param>
    /// <returns>Shape (N, classes); the caller owns it.</returns>
    public static Tensor Probabilities(Batch batch, double smoothing, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var classes = logits.shape[1];
        var labels = nn.functional.one_hot(batch.Labels, classes).to(logits.dtype);
        if (batch.Mix is { } mix)
        {
            var shares = mix.Shares.unsqueeze(1);
            labels = (shares * labels) + ((1 - shares) * nn.functional.one_hot(mix.Labels, classes));
        }
        if (smoothing > 0)
        {
            labels = ((1 - smoothing) * labels) + (smoothing / classes);
        }
        return labels.MoveToOuterDisposeScope();
    }

    private static Tensor Smoothed(Tensor logits, Tensor labels, double smoothing) =>
        nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.None, label_smoothing: smoothing);
}
