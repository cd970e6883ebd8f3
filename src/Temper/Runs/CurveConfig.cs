using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>How accuracy is measured against ε.</summary>
public sealed record CurveConfig
{
    /// <summary>Gets the number of examples; 0 for no curve.</summary>
    [Description("examples of the curve of accuracy against ε, a seeded random subset; 0 = no curve")]
    [Range(0, 10_000_000)]
    public int Examples { get; init; } = 1000;

    /// <summary>Gets the number of budgets.</summary>
    [Description("budgets from 0 to twice ε, evenly spaced; an odd number, so that ε is among them")]
    [Range(3, 101)]
    public int Budgets { get; init; } = 9;

    /// <summary>Gets the attack's name; null for the last of the evaluation.</summary>
    [Description("attack of the curve, by its name in evaluation.attacks; null = the last of them")]
    public string? Attack { get; init; }
}
