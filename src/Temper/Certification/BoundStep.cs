namespace Temper.Certification;

/// <summary>A step of a network as bounds see it.</summary>
/// <param name="Op">The operator.</param>
/// <param name="Inputs">The numbers of its inputs; 0 is the network's input.</param>
/// <param name="Output">The number of its result.</param>
internal sealed record BoundStep(BoundOp Op, IReadOnlyList<int> Inputs, int Output)
{
    /// <summary>Gets the two values of which this one is the larger, which says more than the step; null for none.</summary>
    public (int First, int Second)? LargerOf { get; init; }
}
