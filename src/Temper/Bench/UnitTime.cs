namespace Temper.Bench;

/// <summary>One measured run of one side.</summary>
/// <param name="Seconds">Of all its units together.</param>
/// <param name="Forwards">The forward passes counted, in examples.</param>
/// <param name="Gradients">The passes back counted, in examples.</param>
internal readonly record struct UnitTime(double Seconds, long Forwards, long Gradients);
