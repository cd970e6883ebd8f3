using System.Globalization;
using System.Text.Json.Nodes;

namespace Temper.Slow.Tests.Reference;

/// <summary>What another toolkit's attack reached on some network and images.</summary>
/// <param name="Model">The network's folder.</param>
/// <param name="Images">Which images, in words.</param>
/// <param name="Count">How many.</param>
/// <param name="CleanCorrect">How many of them the network gets right without an attack.</param>
/// <param name="Attack">The attack, by the name it has there.</param>
/// <param name="Threat">The threat model where the budget is fixed; null where the nearest wrong point was looked for.</param>
/// <param name="Norm">The norm of the distances, in lower case; null where the budget is fixed.</param>
/// <param name="Step">The length of a step where one is given, in input units.</param>
/// <param name="Forwards">Forward passes per image.</param>
/// <param name="Gradients">Gradient passes per image, a Jacobian counted as one by some.</param>
/// <param name="Robust">How many images stay right; null where there are distances.</param>
/// <param name="Distances">Distances of the images that were right, infinite where nothing was found; empty where the budget is fixed.</param>
internal sealed record ReferenceRow(
    string Model,
    string Images,
    int Count,
    int CleanCorrect,
    string Attack,
    string? Threat,
    string? Norm,
    double? Step,
    double Forwards,
    double Gradients,
    int? Robust,
    IReadOnlyList<double> Distances
)
{
    /// <summary>Gets whether the images are those of CIFAR-10 that are had without losses.</summary>
    public bool IsLossless => Images.Contains("lossless", StringComparison.Ordinal);

    /// <summary>Gets the kind of attack, whoever wrote it: <c>fb_df_l2</c> and <c>df_l2</c> are both <c>df</c>.</summary>
    public string Family => Attack.StartsWith("fb_", StringComparison.Ordinal) ? Head(Attack[3..]) : Head(Attack);

    /// <summary>Gets whether a Jacobian counts as one gradient there: adv-lib's DeepFool and FAB.</summary>
    public bool CountsJacobians =>
        Attack.StartsWith("df_", StringComparison.Ordinal) || Attack.StartsWith("fab_", StringComparison.Ordinal);

    /// <summary>All rows; the test is skipped, visibly, where they are missing.</summary>
    public static IReadOnlyList<ReferenceRow> Read()
    {
        var path = OutsideModels.File("", "reference-attacks.json");
        return [.. JsonNode.Parse(File.ReadAllText(path))!["rows"]!.AsArray().Select(row => Of(row!))];
    }

    private static ReferenceRow Of(JsonNode row) =>
        new(
            (string)row["model"]!,
            (string)row["images"]!,
            (int)row["n"]!,
            (int)row["cleanCorrect"]!,
            (string)row["attack"]!,
            (string?)row["threat"],
            ((string?)row["norm"])?.ToLowerInvariant(),
            (row["options"] as JsonObject)?["alpha"] is { } step ? (double)step : null,
            (double)row["forwardsPerImage"]!,
            (double)row["gradientsPerImage"]!,
            (int?)row["robust"],
            [.. (row["distances"]?.AsArray() ?? []).Select(Distance)]
        );

    private static double Distance(JsonNode? value) =>
        value is null ? double.PositiveInfinity
        : value.GetValueKind() == System.Text.Json.JsonValueKind.String
            ? double.Parse((string)value!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : (double)value;

    private static string Head(string name) => new([.. name.TakeWhile(char.IsAsciiLetter)]);
}
