namespace Temper.Errors;

/// <summary>A threat model is impossible, or data lies outside its box.</summary>
/// <param name="message">What was found, where, and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class ThreatException(string message, Exception? inner = null)
    : TemperException(ExitCode.Configuration, message, inner);
