using System.ComponentModel;

namespace Temper.Runs;

/// <summary>A number that a recipe is expected to reach, and where that number comes from.</summary>
public sealed record ExpectedConfig
{
    /// <summary>Gets what is measured.</summary>
    [Description("what is measured")]
    public required string What { get; init; }

    /// <summary>Gets the expected value.</summary>
    [Description("the expected value, as text")]
    public required string Value { get; init; }

    /// <summary>Gets where the value comes from.</summary>
    [Description("where the value comes from")]
    public required string Source { get; init; }
}
