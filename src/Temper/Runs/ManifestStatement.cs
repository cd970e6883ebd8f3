namespace Temper.Runs;

/// <summary>A clean accuracy that somebody states of a model.</summary>
/// <param name="Rate">The share of examples said to be right without an attack, from 0 to 1.</param>
/// <param name="Within">How far the share meant may be from the one written, for it was rounded; 0 where it is a count.</param>
/// <param name="Source">Who states it, such as <c>--stated-clean</c>.</param>
public sealed record ManifestStatement(double Rate, double Within, string Source)
{
    /// <summary>Gets the number of examples that it was counted on; absent where that is not said.</summary>
    public int? Examples { get; init; }
}
