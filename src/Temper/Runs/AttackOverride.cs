namespace Temper.Runs;

/// <summary>One option of an attack changed on the command line: <c>attack.pgd.steps=100</c>.</summary>
/// <param name="Attack">The attack's id or name.</param>
/// <param name="Key">The option's kebab-case key.</param>
/// <param name="Value">The value as written.</param>
public sealed record AttackOverride(string Attack, string Key, string Value);
