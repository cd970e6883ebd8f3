namespace Temper.Training;

/// <summary>The passes through networks that one training step costs each example of its batch.</summary>
/// <param name="Forwards">Forward passes.</param>
/// <param name="Gradients">Passes back, to the input or to the weights, and those back through the graph of a gradient.</param>
/// <param name="AtMost">Whether these are the most, as some examples need fewer.</param>
public readonly record struct StepPasses(int Forwards, int Gradients, bool AtMost = false)
{
    /// <summary>Gets the cost as a multiple of plain training, which is one pass of each kind.</summary>
    public double Multiple => (Forwards + Gradients) / 2.0;

    /// <inheritdoc/>
    public override string ToString() => $"{(AtMost ? "at most " : "")}{Forwards} F + {Gradients} B";
}
