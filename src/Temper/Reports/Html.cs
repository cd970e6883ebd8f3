using System.Text;

namespace Temper.Reports;

/// <summary>A piece of markup that is already safe; every other value that enters markup is escaped.</summary>
internal readonly record struct Html(string Markup)
{
    public static readonly Html Empty = new("");

    /// <summary>Markup from an interpolated string: the literal parts stand as written, the values are escaped.</summary>
    public static Html Of(HtmlInterpolation markup) => new(markup.ToMarkup());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(p => p.Markup)));

    public static Html When(bool condition, Func<Html> markup) => condition ? markup() : Empty;

    /// <summary>Escapes text for elements and quoted attributes; what XML cannot hold becomes U+FFFD.</summary>
    public static void Escape(StringBuilder target, string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => target.Append("&amp;"),
                '<' => target.Append("&lt;"),
                '>' => target.Append("&gt;"),
                '"' => target.Append("&quot;"),
                '\'' => target.Append("&#39;"),
                '\t' or '\n' => target.Append((char)rune.Value),
                < ' ' or 0xFFFE or 0xFFFF or (>= 0x7F and <= 0x9F) => target.Append('\uFFFD'),
                // Marks that turn the direction of text could make one name look like another.
                (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => target.Append('\uFFFD'),
                _ => target.Append(rune.ToString()),
            };
        }
    }

    public override string ToString() => Markup ?? "";
}
