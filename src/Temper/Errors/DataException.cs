namespace Temper.Errors;

/// <summary>A data or model file is missing, damaged, of another shape, or has another hash.</summary>
/// <param name="message">What was found, where, and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class DataException(string message, Exception? inner = null)
    : TemperException(ExitCode.Data, message, inner);
