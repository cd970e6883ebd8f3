namespace Temper.Evaluation.Strength;

/// <summary>What is left of a model at one strength of an attack.</summary>
/// <param name="At">The strength: steps, restarts or queries; 0 without an attack.</param>
/// <param name="Robust">Examples still right.</param>
/// <param name="Probe">The probe that measured it; null without an attack.</param>
internal sealed record StrengthPoint(int At, int Robust, string? Probe);
