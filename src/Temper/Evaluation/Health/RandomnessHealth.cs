namespace Temper.Evaluation.Health;

/// <summary>How much the answers to the same batch differ when it is asked several times.</summary>
/// <param name="N">The examples.</param>
/// <param name="Forwards">How often each was asked.</param>
/// <param name="MaxDifference">The largest difference of two answers, see <see cref="BatchHealth.MaxDifference"/>; a model without randomness gives 0.</param>
/// <param name="Changed">How many examples were not always given the same class.</param>
/// <remarks>Croce and Hein 2020, whose code calls a model random above 1e-4 or when the number of correct answers changes.</remarks>
public sealed record RandomnessHealth(int N, int Forwards, double MaxDifference, int Changed);
