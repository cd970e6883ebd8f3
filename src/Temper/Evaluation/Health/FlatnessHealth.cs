namespace Temper.Evaluation.Health;

/// <summary>How often the scores are the same to the last bit though the input is another.</summary>
/// <param name="N">The examples, correct or not.</param>
/// <param name="Radius">How far each value of the near point moves at most, in input units.</param>
/// <param name="Near">How many have the same scores there.</param>
/// <param name="Far">How many have the same scores at a random point within a third of the budget; null where the threat has no such point.</param>
/// <remarks>
/// Inputs rounded to levels give the same scores near, a model that ignores its input gives them everywhere. Athalye et al. 2018,
/// Obfuscated gradients give a false sense of security, section 3 (shattered gradients).
/// </remarks>
public sealed record FlatnessHealth(int N, double Radius, int Near, int? Far);
