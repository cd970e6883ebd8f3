using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Errors;

namespace Temper.Workflow;

/// <summary>Names the first place at which a file is otherwise than it must be.</summary>
internal static class FirstDifference
{
    /// <summary>The first field of a JSON text, in the order of what must stand there; else the first line.</summary>
    public static string OfJson(string found, string expected)
    {
        try
        {
            return Of(JsonNode.Parse(found), JsonNode.Parse(expected), "") ?? OfLines(found, expected);
        }
        catch (JsonException)
        {
            return OfLines(found, expected);
        }
    }

    /// <summary>The first line.</summary>
    public static string OfLines(string found, string expected)
    {
        var (have, want) = (found.Split('\n'), expected.Split('\n'));
        for (var line = 0; line < Math.Max(have.Length, want.Length); line++)
        {
            var (one, other) = (have.ElementAtOrDefault(line), want.ElementAtOrDefault(line));
            if (one != other)
            {
                return $"line {line + 1}: found {Quoted(one)}, expected {Quoted(other)}";
            }
        }
        return "the bytes differ, the text does not: another encoding, or a byte order mark";
    }

    private static string? Of(JsonNode? found, JsonNode? expected, string path)
    {
        if (found is JsonObject have && expected is JsonObject want)
        {
            foreach (var (key, value) in want)
            {
                var at = path.Length == 0 ? key : $"{path}.{key}";
                if (!have.TryGetPropertyValue(key, out var other))
                {
                    return $"{at}: missing";
                }
                if (Of(other, value, at) is { } difference)
                {
                    return difference;
                }
            }
            return have.Select(p => p.Key).FirstOrDefault(key => !want.ContainsKey(key)) is { } more
                ? $"{path}{(path.Length == 0 ? "" : ".")}{more}: expected no such field"
                : null;
        }
        if (found is JsonArray items && expected is JsonArray wanted && items.Count == wanted.Count)
        {
            return items.Select((item, i) => Of(item, wanted[i], $"{path}[{i}]")).FirstOrDefault(d => d is not null);
        }
        var (one, two) = (found?.ToJsonString() ?? "null", expected?.ToJsonString() ?? "null");
        return one == two ? null : $"{path}: found {Excerpt.Clean(one)}, expected {Excerpt.Clean(two)}";
    }

    private static string Quoted(string? line) => line is null ? "the end" : $"'{Excerpt.Clean(line)}'";
}
