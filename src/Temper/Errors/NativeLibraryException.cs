namespace Temper.Errors;

/// <summary>The native library could not be loaded.</summary>
/// <param name="message">What was found, where, and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class NativeLibraryException(string message, Exception? inner = null)
    : TemperException(ExitCode.Native, message, inner);
