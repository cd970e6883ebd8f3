namespace Temper.Evaluation.Health;

/// <summary>Whether PGD on the margin still gains in its last steps, over those of the first 128 correct examples that it does not break.</summary>
/// <param name="N">The examples it did not break at any step.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Last">The last steps that are looked at.</param>
/// <param name="StillImproving">How many gained more than 5 % of all that they gained in these.</param>
/// <param name="MeanImprovement">The mean share of the gain that came in these; from 0 to 1, and 0 where nothing was gained.</param>
/// <remarks>Pintor et al. 2022, indicator 4 (incomplete optimisation), on the best loss so far.</remarks>
public sealed record ConvergenceHealth(int N, int Steps, int Last, int StillImproving, double MeanImprovement);
