namespace Temper.Bench;

/// <summary>One point of a growth.</summary>
/// <param name="Value">The batch size, the steps or the examples.</param>
/// <param name="Passes">Gradient passes, in examples.</param>
/// <param name="Seconds">The median time.</param>
internal sealed record GrowthPoint(int Value, long Passes, double Seconds);
