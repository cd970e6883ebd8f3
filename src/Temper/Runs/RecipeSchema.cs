using System.Text.Json.Nodes;
using Temper.Threats;

namespace Temper.Runs;

/// <summary>The JSON schema (draft 2020-12) of recipes, for editors and checks; made from the records themselves.</summary>
/// <remarks>Rules across several keys, such as those of the schedule, are the reader's alone.</remarks>
public static class RecipeSchema
{
    private const string Fraction = @"[+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?";
    private const string Budget = $"{Fraction}(/{Fraction})?";
    private const string AttackName = "^(?!clean$)[a-z0-9][a-z0-9._-]{0,63}$";

    /// <summary>Makes the schema.</summary>
    /// <returns>A new object, the caller's to change.</returns>
    public static JsonObject Create()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Temper recipe",
            ["description"] = "One experiment: data, model, threat model, training and evaluation.",
        };
        foreach (var (key, value) in Record(typeof(RunConfig)).ToList())
        {
            schema[key] = value?.DeepClone();
        }
        return schema;
    }

    private static JsonObject Record(Type record)
    {
        var properties = OptionProperty.Of(record);
        var defaults = RecordBinder.Write(Defaults(record));
        var described = new JsonObject();
        foreach (var property in properties)
        {
            var schema = new JsonObject { ["description"] = property.Summary };
            foreach (var (key, value) in Value(property.Type, property).ToList())
            {
                schema[key] = value?.DeepClone();
            }
            // A nested record has its defaults on its own keys.
            if (!property.IsRequired && !IsRecord(property.Type))
            {
                schema["default"] = ConfigJson.Write(defaults.Find(property.Key)!);
                if (schema["default"] is null && schema["type"] is JsonValue type)
                {
                    schema["type"] = new JsonArray(type.DeepClone(), "null");
                }
            }
            described[property.Key] = schema;
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray([
                .. properties.Where(property => property.IsRequired).Select(property => (JsonNode)property.Key),
            ]),
            ["properties"] = described,
        };
    }

    private static object Defaults(Type record) => RecordBinder.Create(record);

    private static bool IsRecord(Type type) =>
        !ScalarValues.Handles(type)
        && RecordBinder.ItemOf(type) is null
        && type != typeof(ComponentConfig)
        && type != typeof(AttackConfig)
        && type != typeof(SchedulePoint);

    private static JsonObject Value(Type type, OptionProperty? option)
    {
        if (RecordBinder.ItemOf(type) is { } item)
        {
            return new() { ["type"] = "array", ["items"] = Value(item, null) };
        }
        if (ScalarValues.Handles(type))
        {
            return Scalar(type, option);
        }
        return type == typeof(ComponentConfig) ? Component(new() { ["type"] = "string" }, [])
            : type == typeof(AttackConfig) ? Attack()
            : type == typeof(SchedulePoint) ? Point()
            : Record(type);
    }

    private static JsonObject Scalar(Type type, OptionProperty? option)
    {
        if (type.IsEnum)
        {
            return new() { ["enum"] = new JsonArray([.. ScalarValues.Names(type).Select(name => (JsonNode)name)]) };
        }
        if (type == typeof(bool))
        {
            return new() { ["type"] = "boolean" };
        }
        if (type == typeof(StepSize) || type == typeof(Epsilon))
        {
            var prefix = type == typeof(StepSize) ? "(rel:)?" : "";
            return new() { ["type"] = new JsonArray("number", "string"), ["pattern"] = $"^{prefix}{Budget}$" };
        }
        if (type == typeof(string))
        {
            var pattern = option?.Pattern is { } own ? $"^(?:{own.Pattern})$" : @"\S";
            return new() { ["type"] = "string", ["pattern"] = pattern };
        }
        return Number(type, option?.Range);
    }

    private static JsonObject Number(Type type, ValueRange? range)
    {
        var schema = new JsonObject { ["type"] = ScalarValues.IsWhole(type) ? "integer" : "number" };
        if (type == typeof(ulong))
        {
            (schema["minimum"], schema["maximum"]) = (0, ulong.MaxValue);
        }
        if (range?.Minimum is { } minimum)
        {
            schema[range.AboveMinimum ? "exclusiveMinimum" : "minimum"] = minimum;
        }
        if (range?.Maximum is { } maximum)
        {
            schema[range.BelowMaximum ? "exclusiveMaximum" : "maximum"] = maximum;
        }
        return schema;
    }

    private static JsonObject Point() =>
        new()
        {
            ["type"] = "array",
            ["prefixItems"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "number",
                    ["minimum"] = 0,
                    ["maximum"] = 1,
                    ["description"] = "fraction of training done",
                },
                new JsonObject
                {
                    ["type"] = "number",
                    ["minimum"] = 0,
                    ["description"] = "learning rate",
                }
            ),
            ["minItems"] = 2,
            ["maxItems"] = 2,
        };

    private static JsonObject Attack()
    {
        var name = new JsonObject { ["type"] = "string", ["pattern"] = AttackName };
        var named = KeyValuePair.Create("name", (JsonNode?)name.DeepClone());
        return new() { ["oneOf"] = new JsonArray(name, Component((JsonObject)name.DeepClone(), [named])) };
    }

    // Which options a component has is known to the catalogue, and checked when it is made.
    private static JsonObject Component(JsonObject id, IEnumerable<KeyValuePair<string, JsonNode?>> more)
    {
        id["description"] = "the component's id";
        return new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("id"),
            ["properties"] = new JsonObject([KeyValuePair.Create("id", (JsonNode?)id), .. more]),
            ["additionalProperties"] = new JsonObject
            {
                ["description"] = "an option of the component",
                ["type"] = new JsonArray("string", "number", "boolean", "null"),
            },
        };
    }
}
