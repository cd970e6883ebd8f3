namespace Temper.Errors;

/// <summary>A run failed while it ran: a loss that is not a number, a full disk, an unwritable folder.</summary>
/// <param name="message">What was found, where, and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class RunFailedException(string message, Exception? inner = null)
    : TemperException(ExitCode.RunFailed, message, inner);
