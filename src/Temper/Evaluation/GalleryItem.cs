using System.Text.Json.Serialization;

namespace Temper.Evaluation;

/// <summary>One broken example to look at.</summary>
/// <param name="Index">The example's canonical index in its split.</param>
/// <param name="Label">The true class.</param>
/// <param name="CleanPrediction">The class predicted without an attack.</param>
/// <param name="AdversarialPrediction">The class predicted at the breaking point.</param>
/// <param name="Attack">The attack that broke it.</param>
/// <param name="Distance">The breaking point's distance in the threat's norm.</param>
/// <param name="Clean">The clean values in [0, 1], C·H·W, row-major; in the file base64 of float32, little-endian.</param>
/// <param name="Adversarial">The breaking point's values, likewise.</param>
public sealed record GalleryItem(
    long Index,
    int Label,
    int CleanPrediction,
    int AdversarialPrediction,
    string Attack,
    double Distance,
    [property: JsonConverter(typeof(Base64Floats))] float[] Clean,
    [property: JsonConverter(typeof(Base64Floats))] float[] Adversarial
);
