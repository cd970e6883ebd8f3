namespace Temper.Evaluation;

/// <summary>How much a finding weighs.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>A doubt that limits what may be said.</summary>
    Warning,

    /// <summary>A doubt that forbids a claim.</summary>
    Error,
}
