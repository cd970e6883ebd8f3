using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>How accuracy is measured against ε.</summary>
public sealed record CurveConfig
{
    /// <summary>The <see cref="Attack"/> that stands for the last attack of the evaluation.</summary>
    public const string LastAttack = "last";

    /// <summary>Gets the number of examples; 0 for no curve.</summary>
    [Description("examples of the curve of accuracy against ε, a seeded random subset; 0 = no curve")]
    [Range(0, 10_000_000)]
    public int Examples { get; init; } = 1000;

    /// <summary>Gets the number of budgets.</summary>
    [Description("budgets from 0 to twice ε, evenly spaced; an odd number, so that ε is among them")]
    [Range(3, 101)]
    public int Budgets { get; init; } = 9;

    /// <summary>Gets the attack's name, or <see cref="LastAttack"/> for the last of the evaluation.</summary>
    [Description("attack of the curve, by its name in evaluation.attacks; last = the last of them")]
    public string Attack { get; init; } = LastAttack;

    /// <summary>The attack of an evaluation that this curve is measured with.</summary>
    /// <param name="names">The names of the evaluation's attacks, in order.</param>
    /// <returns>The attack's name; null when there is none of that name.</returns>
    internal string? Among(IReadOnlyList<string> names) =>
        names.Contains(Attack, StringComparer.Ordinal) ? Attack
        : Attack == LastAttack && names.Count > 0 ? names[^1]
        : null;
}
