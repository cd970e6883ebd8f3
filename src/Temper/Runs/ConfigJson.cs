using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>Configuration nodes to JSON and back. Numbers keep their digits.</summary>
internal static class ConfigJson
{
    private const int DeepestLevel = 32;

    /// <summary>The JSON form of a node; null for a scalar without a value.</summary>
    public static JsonNode? Write(ConfigNode node) =>
        node.Kind switch
        {
            ConfigKind.Mapping => new JsonObject(
                node.Entries.Select(entry => KeyValuePair.Create(entry.Key, Write(entry.Node)))
            ),
            ConfigKind.Sequence => new JsonArray([.. node.Items.Select(Write)]),
            _ when node.IsNull => null,
            _ when node.IsNumber || node.IsBoolean => JsonNode.Parse(node.Value),
            _ => JsonValue.Create(node.Value),
        };

    /// <summary>A node from its JSON form.</summary>
    /// <exception cref="ConfigException">A key stands twice, or levels are nested too deep.</exception>
    public static ConfigNode Read(JsonNode? json, string file)
    {
        try
        {
            return Read(json, file, null, 0);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            // JsonNode is lazy: repeated keys and broken escapes show only when the values are read.
            throw new ConfigException(
                file,
                null,
                null,
                $"not valid JSON: {Excerpt.Clean(exception.Message)}",
                exception
            );
        }
    }

    /// <summary>Whether a text is a number as JSON writes it.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text)
    {
        var rest = text is ['-', ..] ? text[1..] : text;
        if (!Digits(ref rest, out var first, out var count) || (first == '0' && count > 1))
        {
            return false;
        }
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            if (!Digits(ref rest, out _, out _))
            {
                return false;
            }
        }
        if (rest is ['e' or 'E', ..])
        {
            rest = rest is [_, '+' or '-', ..] ? rest[2..] : rest[1..];
            if (!Digits(ref rest, out _, out _))
            {
                return false;
            }
        }
        return rest.IsEmpty;
    }

    private static ConfigNode Read(JsonNode? json, string file, string? path, int depth)
    {
        if (depth > DeepestLevel)
        {
            throw new ConfigException(file, null, path, $"nested deeper than {DeepestLevel} levels");
        }
        switch (json)
        {
            case JsonObject mapping:
                List<ConfigEntry> entries = [];
                foreach (var (key, value) in mapping)
                {
                    var name = Excerpt.Clean(key);
                    var node = Read(value, file, path is null ? name : $"{path}.{name}", depth + 1);
                    entries.Add(new(key, null, node));
                }
                return ConfigNode.Mapping(entries, file, null, path);
            case JsonArray list:
                return ConfigNode.Sequence(
                    [.. list.Select((item, index) => Read(item, file, $"{path}[{index}]", depth + 1))],
                    file,
                    null,
                    path
                );
            case null:
                return ConfigNode.Scalar("null", false, file, null, path);
            case var scalar when scalar.GetValueKind() == JsonValueKind.String:
                return ConfigNode.Text(scalar.GetValue<string>(), file, path);
            default:
                return ConfigNode.Scalar(json.ToJsonString(), false, file, null, path);
        }
    }

    private static bool Digits(ref ReadOnlySpan<char> text, out char first, out int count)
    {
        first = text.IsEmpty ? '\0' : text[0];
        count = text.IndexOfAnyExceptInRange('0', '9');
        count = count < 0 ? text.Length : count;
        text = text[count..];
        return count > 0;
    }
}
