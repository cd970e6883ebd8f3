using System.Globalization;
using System.Text;

namespace Temper.Errors;

/// <summary>Foreign text as error messages show it: short, on one line, nothing a terminal would obey.</summary>
internal static class Excerpt
{
    private const int Longest = 60;

    /// <summary>A plain number bare, anything else in single quotes; "nothing" for an empty text.</summary>
    public static string Of(string text) =>
        text.Length == 0 ? "nothing"
        : IsNumber(text) ? text
        : $"'{Clean(text)}'";

    /// <summary>The text on one line, cut where it is long, control characters and lone surrogates shown as <c>?</c>.</summary>
    public static string Clean(string text)
    {
        var builder = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (builder.Length >= Longest)
            {
                return builder.Append('…').ToString();
            }
            builder.Append(
                rune == Rune.ReplacementChar || IsUnprintable(rune)
                    ? Rune.IsWhiteSpace(rune)
                        ? " "
                        : "?"
                    : rune.ToString()
            );
        }
        return builder.ToString();
    }

    private static bool IsUnprintable(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned;

    private static bool IsNumber(string text) =>
        text.Length <= 24
        && double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out _
        );
}
