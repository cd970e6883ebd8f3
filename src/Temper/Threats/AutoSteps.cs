using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>How a search with step sizes of its own (APGD) moves under one norm; a threat hands it out for one batch.</summary>
internal abstract class AutoSteps
{
    /// <summary>The next point, legal up to float32 rounding.</summary>
    /// <param name="x">Where the search is, borrowed.</param>
    /// <param name="previous">Where it was before its last step, borrowed; null at the first step.</param>
    /// <param name="gradient">The gradient at <paramref name="x"/>, borrowed.</param>
    /// <returns>A new tensor; the caller owns it.</returns>
    public abstract Tensor Next(Tensor x, Tensor? previous, Tensor gradient);

    /// <summary>Takes the losses after a step, and changes step sizes where that is due.</summary>
    /// <param name="loss">The loss per example.</param>
    /// <param name="best">The points of largest loss so far, borrowed.</param>
    /// <returns>The examples to go on from their best point; null when none are looked at after this step.</returns>
    public abstract bool[]? After(ReadOnlySpan<float> loss, Tensor best);
}
