namespace Temper.Evaluation.Health;

/// <summary>How much the answers differ between asking for scores alone and asking with gradients.</summary>
/// <param name="N">The examples.</param>
/// <param name="MaxDifference">The largest difference of the two answers, see <see cref="BatchHealth.MaxDifference"/>.</param>
/// <param name="Changed">How many examples were given another class.</param>
/// <remarks>Croce et al. 2022, Evaluating the adversarial robustness of adaptive test-time defenses: a model that computes something else when it is looked at.</remarks>
public sealed record GradientModeHealth(int N, double MaxDifference, int Changed);
