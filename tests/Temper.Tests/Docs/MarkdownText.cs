using System.Text;
using System.Text.RegularExpressions;

namespace Temper.Tests.Docs;

/// <summary>The parts of a page that tests look at.</summary>
internal static partial class MarkdownText
{
    /// <summary>Fenced blocks: the language (empty for none) and the text.</summary>
    public static IEnumerable<(string Language, string Text)> Blocks(string page) =>
        Fence().Matches(page).Select(m => (m.Groups[1].Value, m.Groups[2].Value));

    /// <summary>Inline code outside fenced blocks.</summary>
    public static IEnumerable<string> Spans(string page) =>
        Span().Matches(Fence().Replace(page, "")).Select(m => m.Groups[1].Value);

    /// <summary>The targets of links, outside code.</summary>
    public static IEnumerable<string> Links(string page) =>
        Link().Matches(Span().Replace(Fence().Replace(page, ""), "")).Select(m => m.Groups[1].Value);

    /// <summary>The anchors of a page's headings.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(Fence().Replace(page, "")).Select(m => Slug(m.Groups[1].Value));

    /// <summary>The text from a heading to the next of the same or a higher level.</summary>
    public static string Section(string page, string heading)
    {
        var lines = page.Split('\n');
        var start = Array.FindIndex(lines, l => l.StartsWith('#') && l.TrimStart('#').Trim() == heading);
        Assert.True(start >= 0, $"no section '{heading}'");
        var level = lines[start].TakeWhile(c => c == '#').Count();
        return string.Join(
            '\n',
            lines.Skip(start + 1).TakeWhile(l => !l.StartsWith('#') || l.TakeWhile(c => c == '#').Count() > level)
        );
    }

    /// <summary>The code in the first column of a section's tables.</summary>
    public static string[] Keys(string section) => [.. Cell().Matches(section).Select(m => m.Groups[1].Value)];

    /// <summary>A text with every run of white space as one blank.</summary>
    public static string Flat(string text) => White().Replace(text, " ").Trim();

    private static string Slug(string heading)
    {
        var slug = new StringBuilder();
        foreach (var c in heading.Trim().ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                slug.Append(c);
            }
            else if (c == ' ')
            {
                slug.Append('-');
            }
        }
        return slug.ToString();
    }

    [GeneratedRegex("^```([a-z]*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Cell();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
