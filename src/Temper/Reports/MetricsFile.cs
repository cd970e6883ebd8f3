using System.Text.Json;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Reports;

/// <summary>Reads the lines of kind <c>epoch</c> of <c>metrics.jsonl</c>; other kinds are for other readers.</summary>
internal static class MetricsFile
{
    public const string FileName = "metrics.jsonl";

    /// <summary>Reads the epochs in order; of an epoch that was run again after a resume the last line counts.</summary>
    /// <exception cref="DataException">A line is not a JSON object, or a number is not a number.</exception>
    public static IReadOnlyList<EpochMetrics> Read(string path)
    {
        var epochs = new SortedDictionary<int, EpochMetrics>();
        var lines = TextFile.Read(path).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > 0 && Parse($"{Path.GetFileName(path)}:{i + 1}", lines[i]) is { } epoch)
            {
                epochs[epoch.Epoch] = epoch;
            }
        }
        return [.. epochs.Values];
    }

    private static EpochMetrics? Parse(string place, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.GetProperty("kind").GetString() != "epoch")
            {
                return null;
            }
            return new EpochMetrics(
                root.GetProperty("epoch").GetInt32(),
                (long?)Number(root, "step"),
                Number(root, "lr"),
                Number(root, "loss"),
                Number(root, "trainAccuracy"),
                Number(root, "validationClean"),
                Number(root, "validationRobust"),
                Number(root, "seconds")
            );
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataException(
                $"{place}: not a line of metrics, expected a JSON object with a kind and, for an epoch, numbers: {e.Message}",
                e
            );
        }
    }

    private static double? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetDouble() : null;
}
