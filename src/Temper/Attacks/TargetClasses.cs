using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The classes a targeted attack aims at.</summary>
internal static class TargetClasses
{
    /// <summary>The wrong class of a given place, counted from the highest score.</summary>
    /// <param name="logits">Scores at the clean inputs, shape (N, classes).</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    /// <param name="place">The place, 0 for the highest wrong score.</param>
    /// <returns>Classes, int64, shape (N), never the label, whether or not the model gets the example right; the caller owns it.</returns>
    public static Tensor Of(Tensor logits, Tensor labels, int place)
    {
        using var scope = NewDisposeScope();
        var column = labels.unsqueeze(1);
        // A score that is not a number would be sorted before all others, the label's among them.
        var lowest = full_like(column, double.NegativeInfinity, dtype: logits.dtype);
        return logits
            .nan_to_num(0, float.MaxValue, float.MinValue)
            .scatter(1, column, lowest)
            .argsort(1, descending: true)
            .select(1, place)
            .MoveToOuterDisposeScope();
    }
}
