using Temper.Threats;

namespace Temper.Runs;

/// <summary>The threat model of a run.</summary>
/// <param name="Text">The text form, such as <c>linf:0.3</c> or <c>linf:0.3 target=3</c>.</param>
/// <param name="Norm">The norm, such as <c>linf</c>.</param>
/// <param name="Epsilon">The budget in input units.</param>
public sealed record ManifestThreat(string Text, string Norm, double Epsilon)
{
    /// <summary>Gets the goal, which the text form holds.</summary>
    internal Goal Goal => Goal.Split(Text).Goal;
}
