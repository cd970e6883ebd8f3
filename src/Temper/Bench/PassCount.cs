namespace Temper.Bench;

/// <summary>The passes of one unit of work, each over every example of the batch.</summary>
/// <param name="Forwards">Forward passes.</param>
/// <param name="InputGradients">Passes back to the input.</param>
/// <param name="WeightGradients">Passes back to the weights.</param>
internal sealed record PassCount(int Forwards, int InputGradients, int WeightGradients)
{
    /// <summary>Gets the passes back, whatever they lead to: what a meter counts as gradients.</summary>
    public int Gradients => InputGradients + WeightGradients;

    /// <summary>An attack: a gradient per step, the last iterate's score, the verification.</summary>
    public static PassCount Attack(int steps) => new(steps + 2, steps, 0);

    /// <summary>A training step: the inner search, and the pass that moves the weights.</summary>
    public static PassCount Training(int steps) => new(steps + 1, steps, 1);
}
