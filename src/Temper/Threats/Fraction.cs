using System.Globalization;

namespace Temper.Threats;

/// <summary>Numbers written as decimals or as fractions.</summary>
internal static class Fraction
{
    /// <summary>Reads <c>0.3</c> or <c>8/255</c>; false for anything else, for infinity and for a zero denominator.</summary>
    public static bool TryParse(string text, out double value)
    {
        var parts = text.Split('/');
        value = 0;
        if (parts.Length is < 1 or > 2 || !Number(parts[0], out var top))
        {
            return false;
        }
        var bottom = 1.0;
        if (parts.Length == 2 && !Number(parts[1], out bottom))
        {
            return false;
        }
        value = top / bottom;
        return double.IsFinite(value);
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);
}
