using System.Text.Json.Serialization;

namespace Temper.Evaluation;

/// <summary>One example to look at.</summary>
/// <param name="Index">The example's canonical index in its split.</param>
/// <param name="Label">The true class.</param>
/// <param name="CleanPrediction">The class predicted without an attack.</param>
/// <param name="AdversarialPrediction">The class predicted at the point shown.</param>
/// <param name="Attack">The attack that found the point.</param>
/// <param name="Distance">The point's distance in the threat's norm.</param>
/// <param name="Clean">The clean values in [0, 1], C·H·W, row-major; in the file base64 of float32, little-endian.</param>
/// <param name="Adversarial">The point's values, likewise.</param>
public sealed record GalleryItem(
    long Index,
    int Label,
    int CleanPrediction,
    int AdversarialPrediction,
    string Attack,
    double Distance,
    [property: JsonConverter(typeof(Base64Floats))] float[] Clean,
    [property: JsonConverter(typeof(Base64Floats))] float[] Adversarial
)
{
    /// <summary>Gets what the example shows.</summary>
    public GalleryKind Kind { get; init; }

    /// <summary>Gets the smallest budget of the curve at which the attack broke it; absent for other kinds.</summary>
    public double? Budget { get; init; }
}
