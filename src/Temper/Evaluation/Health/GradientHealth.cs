using System.Text.Json.Serialization;

namespace Temper.Evaluation.Health;

/// <summary>Input gradients of one loss that a search cannot follow, over the correct examples.</summary>
/// <param name="Loss">The loss: <c>ce</c>, <c>dlr</c>, <c>margin</c>.</param>
/// <param name="Point"><see cref="Clean"/>, or <see cref="Start"/>: a random point of the ball, where searches begin.</param>
/// <param name="N">The examples.</param>
/// <param name="Zero">How many have a gradient of exactly zero in every value that may change.</param>
/// <param name="NonFinite">How many have a gradient that is not a finite number in some value.</param>
/// <remarks>
/// Pintor et al. 2022, indicator 1; Croce and Hein 2020, whose code asks it of the DLR loss at the start. Rounding to few levels and
/// scores so large that float32 takes the softmax for certain bring it about.
/// </remarks>
public sealed record GradientHealth(string Loss, string Point, int N, int Zero, int NonFinite)
{
    /// <summary>The <see cref="Point"/> without a perturbation.</summary>
    public const string Clean = "clean";

    /// <summary>The <see cref="Point"/> drawn at random from the ball.</summary>
    public const string Start = "start";

    /// <summary>Gets the share of examples whose gradient is zero or not finite.</summary>
    [JsonIgnore]
    public double UnusableShare => N == 0 ? 0 : (double)(Zero + NonFinite) / N;
}
