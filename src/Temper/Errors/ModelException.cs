namespace Temper.Errors;

/// <summary>A model does not fit: another input shape, not differentiable, wrong number of classes.</summary>
/// <param name="message">What was found, where, and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class ModelException(string message, Exception? inner = null)
    : TemperException(ExitCode.Data, message, inner);
