namespace Temper.Errors;

/// <summary>The command line or an argument of the public API cannot be understood.</summary>
/// <param name="message">What was found, where, and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class UsageException(string message, Exception? inner = null)
    : TemperException(ExitCode.Usage, message, inner);
