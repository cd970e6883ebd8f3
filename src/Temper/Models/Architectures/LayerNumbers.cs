using System.Globalization;
using Temper.Errors;

namespace Temper.Models.Architectures;

/// <summary>The numbers in descriptions of layers, strictly: no signs of locale, nothing that is not finite.</summary>
internal static class LayerNumbers
{
    /// <summary>Numbers separated by commas.</summary>
    public static IReadOnlyList<float> List(string text) => [.. text.Split(',').Select(Real)];

    /// <summary>Numbers above 0, separated by commas.</summary>
    public static IReadOnlyList<float> Positive(string text)
    {
        var values = List(text);
        return values.All(v => v > 0)
            ? values
            : throw new ModelException($"found '{Excerpt.Clean(text)}', expected numbers above 0.");
    }

    /// <summary>One number.</summary>
    public static float Real(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value
            : throw new ModelException($"found '{Excerpt.Clean(text)}', expected a number.");

    /// <summary>A whole number within limits.</summary>
    public static long Whole(string text, long low, long high) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value >= low
        && value <= high
            ? value
            : throw new ModelException($"found '{Excerpt.Clean(text)}', expected a whole number from {low} to {high}.");
}
