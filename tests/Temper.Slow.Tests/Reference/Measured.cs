using System.Text.Json.Serialization;

namespace Temper.Slow.Tests.Reference;

/// <summary>What an attack of ours reached on some network and images.</summary>
/// <param name="Key">Network, images, threat, attack and version: the same key is not measured twice.</param>
/// <param name="CleanCorrect">How many images the network gets right without an attack.</param>
/// <param name="Robust">How many stay right.</param>
/// <param name="Forwards">Forward passes per image, those that score the clean image and the point found included.</param>
/// <param name="Gradients">Gradient passes per image.</param>
/// <param name="Survivors">Canonical indices of the images that stay right; absent where the nearest wrong points were looked for.</param>
/// <param name="Distances">Distances of the images that were right, in their order, −1 where nothing was found; absent where the budget is fixed.</param>
internal sealed record Measured(
    string Key,
    int CleanCorrect,
    int Robust,
    double Forwards,
    double Gradients,
    string? Survivors = null,
    IReadOnlyList<double>? Distances = null
)
{
    /// <summary>Gets the distances, infinite where nothing was found.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> Found => [.. (Distances ?? []).Select(d => d < 0 ? double.PositiveInfinity : d)];

    /// <summary>The key of what is to be measured for a row.</summary>
    public static string KeyOf(ReferenceRow row, OurAttack attack) =>
        $"{row.Model} | {row.Images} | {row.Threat ?? row.Norm} | {attack.Text} | {attack.Version}";
}
