namespace Temper.Errors;

/// <summary>An attack broke an example that the same run certified: bound, network or attack is not what it must be.</summary>
/// <param name="message">Both witnesses in short, and the file that holds them.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class CertificateViolationException(string message, Exception? inner = null)
    : TemperException(ExitCode.NotVerified, message, inner);
