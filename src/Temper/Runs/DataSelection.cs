using System.Globalization;
using System.Text.RegularExpressions;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>Which examples of a split an evaluation looks at.</summary>
/// <param name="Kind">How they were chosen.</param>
/// <param name="Count">The number of examples chosen.</param>
/// <param name="Total">The number of examples of the split.</param>
/// <param name="Seed">The seed of a random subset; 0 otherwise.</param>
public sealed partial record DataSelection(SelectionKind Kind, int Count, int Total, ulong Seed = 0)
{
    /// <summary>Gets the text form: <c>all</c>, <c>first N</c> or <c>sample N of M, seed S</c>.</summary>
    public string Text =>
        Kind switch
        {
            SelectionKind.All => "all",
            SelectionKind.First => $"first {Count}",
            _ => $"sample {Count} of {Total}, seed {Seed}",
        };

    /// <summary>Every example of a split.</summary>
    /// <param name="total">The number of examples of the split.</param>
    public static DataSelection All(int total) => new(SelectionKind.All, total, total);

    /// <summary>The first examples of a split.</summary>
    /// <param name="count">The number of examples.</param>
    /// <param name="total">The number of examples of the split.</param>
    public static DataSelection First(int count, int total) => new(SelectionKind.First, count, total);

    /// <summary>A seeded random subset of a split.</summary>
    /// <param name="count">The number of examples.</param>
    /// <param name="total">The number of examples of the split.</param>
    /// <param name="seed">The seed.</param>
    public static DataSelection Sample(int count, int total, ulong seed) =>
        new(SelectionKind.Sample, count, total, seed);

    /// <summary>Reads the text form and holds it against the counts that stand beside it.</summary>
    /// <param name="text">The text form.</param>
    /// <param name="count">The number of examples chosen.</param>
    /// <param name="total">The number of examples of the split.</param>
    /// <exception cref="DataException">The text is not of that form, or disagrees with the counts.</exception>
    public static DataSelection Parse(string text, int count, int total)
    {
        var sample = SampleForm().Match(text);
        var first = FirstForm().Match(text);
        var selection =
            text == "all" ? All(total)
            : first.Success ? First(Number(first, 1), total)
            : sample.Success
            && ulong.TryParse(sample.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                ? Sample(Number(sample, 1), Number(sample, 2), seed)
            : throw new DataException(
                $"data.selection: found '{text}', expected 'all', 'first N' or 'sample N of M, seed S'."
            );
        return selection.Count == count && selection.Total == total && count >= 1 && count <= total
            ? selection
            : throw new DataException(
                $"data.selection: '{text}' disagrees with n = {count} of total = {total} beside it."
            );
    }

    private static int Number(Match match, int group) =>
        int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : -1;

    [GeneratedRegex("^first ([0-9]+)\\z")]
    private static partial Regex FirstForm();

    [GeneratedRegex("^sample ([0-9]+) of ([0-9]+), seed ([0-9]+)\\z")]
    private static partial Regex SampleForm();
}
