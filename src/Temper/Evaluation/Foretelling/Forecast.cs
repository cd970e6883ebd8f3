namespace Temper.Evaluation.Foretelling;

/// <summary>What an evaluation is expected to cost in all.</summary>
/// <param name="Forwards">Forward passes, in examples.</param>
/// <param name="Gradients">Gradient passes, in examples.</param>
/// <param name="Seconds">Wall-clock time, what has passed included.</param>
/// <param name="After">The time that had passed when this was foretold, in seconds.</param>
public readonly record struct Forecast(long Forwards, long Gradients, double Seconds, double After);
