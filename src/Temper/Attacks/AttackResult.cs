using Temper.Models;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>What an attack found, verified: every field comes from a fresh look at the returned points.</summary>
/// <param name="Inputs">The points, shape as the clean inputs; owned by the result.</param>
/// <param name="Broken">
/// Per example: the point is legal and reaches the threat's goal, any wrong class or the class aimed at (ties and NaN count).
/// </param>
/// <param name="Predictions">Per example: the class predicted at the point; −1 for a score that is not a number.</param>
/// <param name="Distances">Per example: the distance in the threat's norm, from float64.</param>
/// <param name="Forwards">Forward passes per example.</param>
/// <param name="Gradients">Gradient passes per example.</param>
public sealed record AttackResult(
    Tensor Inputs,
    bool[] Broken,
    int[] Predictions,
    double[] Distances,
    long[] Forwards,
    long[] Gradients
) : IDisposable
{
    /// <summary>Gets what the attack did otherwise than asked, a sentence each: such as a loss that needs more classes.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Gets the passes through a surrogate, of all examples of the batch; none where there is no surrogate.</summary>
    public QueryMeter Surrogate { get; init; } = new();

    /// <summary>Gets per example the softmax probability of the class predicted at the point, from float64; 0 where a score is not a number.</summary>
    public double[] Confidences { get; init; } = new double[Broken.Length];

    /// <summary>Gets per example whether the point reaches the goal, within the budget or not.</summary>
    internal bool[] Reached { get; init; } = [];

    /// <summary>Gets the classes aimed at in the round that verified the points; null where any wrong class will do.</summary>
    internal long[]? Targets { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Inputs.Dispose();
}
