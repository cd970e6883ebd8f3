namespace Temper.Attacks;

/// <summary>The most passes that an attack spends on one example in one round.</summary>
/// <param name="Forwards">Forward passes.</param>
/// <param name="Gradients">Gradient passes.</param>
public readonly record struct PassCeiling(long Forwards, long Gradients);
