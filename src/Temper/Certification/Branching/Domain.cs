using static TorchSharp.torch;

namespace Temper.Certification.Branching;

/// <summary>A part of the set, in which some units are held on one side of 0, and a question about it.</summary>
/// <param name="State">Everything kept about it, by <see cref="BranchLayout"/>; owned.</param>
/// <param name="Other">The class whose score may not come above.</param>
/// <param name="Bound">A lower bound of the margin in this part.</param>
/// <param name="Units">Units to split next, the most promising first; none where no unit is left.</param>
internal sealed record Domain(Tensor State, long Other, double Bound, IReadOnlyList<int> Units) : IDisposable
{
    /// <summary>Gets whether its bound was raised at length, after no unit was left to split.</summary>
    public bool IsFinal { get; init; }

    /// <inheritdoc/>
    public void Dispose() => State.Dispose();
}
