namespace Temper.Errors;

/// <summary>An error this library declares: its message is one paragraph for the user and it knows its exit code.</summary>
/// <param name="exitCode">What the command-line tool exits with.</param>
/// <param name="message">What was found, where, and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public abstract class TemperException(ExitCode exitCode, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Gets what the command-line tool exits with.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
