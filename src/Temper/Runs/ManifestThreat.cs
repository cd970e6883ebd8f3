using Temper.Threats;

namespace Temper.Runs;

/// <summary>The threat model of a run.</summary>
/// <param name="Text">The text form, such as <c>linf:0.3</c> or <c>linf:0.3 target=3</c>.</param>
/// <param name="Norm">The norm, such as <c>linf</c>; <c>union</c> for a union of norms.</param>
/// <param name="Epsilon">The budget in input units; 1 for a union, in shares of its members' budgets.</param>
public sealed record ManifestThreat(string Text, string Norm, double Epsilon)
{
    /// <summary>The <see cref="Norm"/> of a union.</summary>
    public const string Union = "union";

    /// <summary>Gets the SHA-256 of the mask's shape and values; null where every value may change.</summary>
    public string? Mask { get; init; }

    /// <summary>Gets the members of a union; null for a single norm.</summary>
    public IReadOnlyList<ManifestThreat>? Members { get; init; }

    /// <summary>Gets the goal, which the text form holds.</summary>
    internal Goal Goal => Goal.Split(Text).Goal;
}
