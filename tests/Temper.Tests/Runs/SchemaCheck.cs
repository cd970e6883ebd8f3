using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temper.Tests.Runs;

/// <summary>Checks JSON against the few words of JSON schema that the recipe schema uses; other words are an error.</summary>
internal static class SchemaCheck
{
    private static readonly string[] Silent =
    [
        "$schema",
        "title",
        "description",
        "default",
        "properties",
        "additionalProperties",
        "prefixItems",
    ];

    public static IReadOnlyList<string> Errors(JsonObject schema, JsonNode? value, string path = "$")
    {
        List<string> errors = [];
        foreach (var (word, rule) in schema)
        {
            if (!Silent.Contains(word) && !Holds(word, rule!, value))
            {
                errors.Add(
                    $"{path}: {word} {rule!.ToJsonString()} does not hold for {value?.ToJsonString() ?? "null"}"
                );
            }
        }
        if (value is JsonObject mapping && schema["properties"] is JsonObject properties)
        {
            foreach (var (key, item) in mapping)
            {
                var below = properties[key] ?? schema["additionalProperties"];
                errors.AddRange(
                    below is JsonObject rules ? Errors(rules, item, $"{path}.{key}") : [$"{path}: unknown key {key}"]
                );
            }
        }
        if (value is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                var rules = schema["prefixItems"]?[i] ?? schema["items"];
                errors.AddRange(Errors(rules!.AsObject(), list[i], $"{path}[{i}]"));
            }
        }
        return errors;
    }

    private static bool Holds(string word, JsonNode rule, JsonNode? value) =>
        word switch
        {
            "type" => rule is JsonArray any ? any.Any(type => IsOf(type!, value)) : IsOf(rule, value),
            "required" => rule.AsArray().All(key => value is JsonObject mapping && mapping.ContainsKey($"{key}")),
            "enum" => rule.AsArray().Any(choice => JsonNode.DeepEquals(choice, value)),
            "pattern" => Kind(value) != JsonValueKind.String || Regex.IsMatch($"{value}", $"{rule}"),
            "minimum" => Number(value) >= Number(rule),
            "maximum" => Number(value) <= Number(rule),
            "exclusiveMinimum" => Number(value) > Number(rule),
            "exclusiveMaximum" => Number(value) < Number(rule),
            "items" => true,
            "minItems" => value!.AsArray().Count >= (int)rule,
            "maxItems" => value!.AsArray().Count <= (int)rule,
            "oneOf" => rule.AsArray().Count(choice => Errors(choice!.AsObject(), value).Count == 0) == 1,
            _ => throw new InvalidOperationException($"The check does not know the word {word}."),
        };

    private static bool IsOf(JsonNode type, JsonNode? value) =>
        ($"{type}", Kind(value)) switch
        {
            ("integer", JsonValueKind.Number) => Number(value) == Math.Floor(Number(value)),
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            (var name, var kind) => string.Equals(name, kind.ToString(), StringComparison.OrdinalIgnoreCase),
        };

    private static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;

    private static double Number(JsonNode? value) => double.Parse(value!.ToJsonString());
}
