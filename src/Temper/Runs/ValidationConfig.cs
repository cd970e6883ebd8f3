using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Threats;

namespace Temper.Runs;

/// <summary>The attack (PGD) by which the best epoch is chosen on validation examples.</summary>
public sealed record ValidationConfig
{
    /// <summary>Gets the number of gradient steps.</summary>
    [Description("gradient steps of the validation attack")]
    [Range(1, 100_000)]
    public int Steps { get; init; } = 20;

    /// <summary>Gets the length of a step.</summary>
    [Description("length of a step, absolute (2/255) or relative to ε (rel:0.125)")]
    public StepSize Step { get; init; } = StepSize.Parse("rel:0.125");

    /// <summary>Gets the number of validation examples attacked after each epoch.</summary>
    [Description("validation examples attacked after each epoch, at most data.validation")]
    [Range(1, 10_000_000)]
    public int Examples { get; init; } = 1000;
}
