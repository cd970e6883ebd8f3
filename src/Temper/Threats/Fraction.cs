using System.Globalization;

namespace Temper.Threats;

/// <summary>Numbers written as decimals or as fractions.</summary>
internal static class Fraction
{
    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>
    /// Reads <c>0.3</c> or <c>8/255</c>. False for anything else: spaces inside, a denominator that is not above 0,
    /// a value that is not finite.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        var slash = text.IndexOf('/');
        if (slash < 0)
        {
            return Number(text, out value);
        }
        value = 0;
        if (!Number(text[..slash], out var top) || !Number(text[(slash + 1)..], out var bottom) || bottom <= 0)
        {
            return false;
        }
        value = top / bottom;
        return double.IsFinite(value);
    }

    private static bool Number(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
