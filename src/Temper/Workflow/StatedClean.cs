using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Errors;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>The clean accuracy that is stated of a model: by the user, in its file, or in the report beside it.</summary>
public static class StatedClean
{
    /// <summary>The key of a count in a model file's metadata, such as 9864/10000.</summary>
    internal const string Key = "temper.clean";

    /// <summary>The key of the hash of the data it was counted on.</summary>
    internal const string DataKey = "temper.clean-data-sha256";

    private const string Option = "--stated-clean";

    /// <summary>Understands a share as people write it: 98.64%, 0.9864 or 9864/10000. What is rounded may be off by half of its last digit.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UsageException">It is none, or not from 0 to 1.</exception>
    public static ManifestStatement Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Counted(text, Option)
            ?? Written(text.Trim())
            ?? throw new UsageException(
                $"{Option}: found '{Excerpt.Clean(text)}', expected a share from 0 to 1, such as 98.64%, 0.9864 or 9864/10000."
            );
    }

    /// <summary>What the model's own file, or else the report beside it, states for this very data; null where nothing is.</summary>
    internal static ManifestStatement? Of(ModelFile model, ExampleSet set) =>
        model.Statements.GetValueOrDefault(Key) is { } text
        && model.Statements.GetValueOrDefault(DataKey) == set.Sha256
        && Counted(text, "the model's file") is { } stated
            ? stated
        : Beside(model) is var (count, data) && data == set.Sha256 ? Counted(count, "the report beside the model")
        : null;

    /// <summary>What the report beside a model's file counts, if it speaks of that very file and not of the first examples only.</summary>
    /// <returns>The count, such as 9864/10000, and the hash of the data.</returns>
    internal static (string Count, string Data)? Beside(ModelFile model)
    {
        var report = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model.Path))!, RunFolder.ReportJson);
        try
        {
            var json = File.Exists(report) ? JsonNode.Parse(TextFile.Read(report)) : null;
            return
                (string?)json?["model"]?["sha256"] == model.Sha256
                && (int?)json["clean"]?["correct"] is { } correct
                && (int?)json["clean"]?["n"] is { } n
                && (string?)json["data"]?["sha256"] is { } data
                && (string?)json["data"]?["selection"] is { } selection
                && !selection.StartsWith("first", StringComparison.Ordinal)
                ? (string.Create(CultureInfo.InvariantCulture, $"{correct}/{n}"), data)
                : null;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            // A file of that name that is no report states nothing.
            return null;
        }
    }

    private static ManifestStatement? Counted(string text, string source) =>
        text.Split('/') is [var count, var of]
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var correct)
        && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && n > 0
        && correct <= n
            ? new(correct / (double)n, 0, source) { Examples = n }
            : null;

    private static ManifestStatement? Written(string text)
    {
        var isPercent = text.EndsWith('%');
        var number = text.TrimEnd('%').TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }
        var unit = isPercent ? 100m : 1m;
        var decimals = number.Contains('.') ? number.Length - number.IndexOf('.') - 1 : 0;
        return value <= unit ? new((double)(value / unit), 0.5 * Math.Pow(10, -decimals) / (double)unit, Option) : null;
    }
}
