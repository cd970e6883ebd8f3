namespace Temper.Evaluation.Metrics;

/// <summary>One way in which attacks turned predictions.</summary>
/// <param name="Clean">The class predicted without an attack, which is the true one.</param>
/// <param name="Adversarial">The class predicted at the breaking point; −1 for scores that are not numbers.</param>
/// <param name="Count">The number of examples.</param>
internal sealed record Confusion(int Clean, int Adversarial, int Count);
