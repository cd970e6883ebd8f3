namespace Temper.Evaluation;

/// <summary>The evidence for one example: who broke it, at what distance, at what cost.</summary>
/// <param name="Index">The example's canonical index in its split.</param>
/// <param name="Label">The true class.</param>
/// <param name="CleanPrediction">The class predicted without an attack; −1 for scores that are not numbers.</param>
/// <param name="BrokenBy">
/// <c>clean</c> when the clean prediction is wrong (a tie for first place is), or reaches the class aimed at; else the name of
/// the attack that broke the example, else null.
/// </param>
/// <param name="AdversarialPrediction">The class predicted at the breaking point; null when no attack broke it.</param>
/// <param name="Distance">The breaking point's distance in the threat's norm; null when no attack broke it.</param>
/// <param name="Forwards">Forward passes spent on this example, the clean one included.</param>
/// <param name="Gradients">Gradient passes spent on this example.</param>
public sealed record LedgerRow(
    long Index,
    int Label,
    int CleanPrediction,
    string? BrokenBy,
    int? AdversarialPrediction,
    double? Distance,
    long Forwards,
    long Gradients
)
{
    /// <summary>The <see cref="BrokenBy"/> of an example that is broken without an attack.</summary>
    public const string Clean = "clean";

    /// <summary>Gets the softmax probability of the clean prediction; null in ledgers of earlier versions.</summary>
    public double? CleanConfidence { get; init; }

    /// <summary>
    /// Gets the softmax probability of the class predicted at the breaking point, and where the example stands, at the point that
    /// the last attack returned; null where it was not attacked.
    /// </summary>
    public double? AdversarialConfidence { get; init; }
}
