using System.Text.Json.Nodes;
using Temper.Threats;

namespace Temper.Runs;

/// <summary>The JSON schema (draft 2020-12) of recipes, for editors and checks; made from the records themselves.</summary>
/// <remarks>
/// Ids of components are enumerated, each with its own options. Rules across several keys, such as those of the schedule,
/// are the reader's alone.
/// </remarks>
public sealed class RecipeSchema
{
    private const string Fraction = @"[+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?";
    private const string Budget = $"{Fraction}(/{Fraction})?";
    private const string AttackName = "^(?!clean$)[a-z0-9][a-z0-9._-]{0,63}$";

    private readonly SchemaComponents _components;

    private RecipeSchema(SchemaComponents components) => _components = components;

    /// <summary>Makes the schema.</summary>
    /// <param name="components">The components that recipes can name.</param>
    /// <returns>A new object, the caller's to change.</returns>
    public static JsonObject Create(SchemaComponents components)
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Temper recipe",
            ["description"] = "One experiment: data, model, threat model, training and evaluation.",
        };
        foreach (var (key, value) in new RecipeSchema(components).Record(typeof(RunConfig)).ToList())
        {
            schema[key] = value?.DeepClone();
        }
        return schema;
    }

    private JsonObject Record(Type record)
    {
        var properties = OptionProperty.Of(record);
        return new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray([
                .. properties.Where(property => property.IsRequired).Select(property => (JsonNode)property.Key),
            ]),
            ["properties"] = Properties(record),
        };
    }

    private JsonObject Properties(Type record)
    {
        var defaults = RecordBinder.Write(Defaults(record));
        var described = new JsonObject();
        foreach (var property in OptionProperty.Of(record))
        {
            var schema = new JsonObject { ["description"] = property.Summary };
            foreach (var (key, value) in Value(property.Type, property).ToList())
            {
                schema[key] = value?.DeepClone();
            }
            if (property.IsNullable && schema["type"] is JsonValue only)
            {
                schema["type"] = new JsonArray(only.DeepClone(), "null");
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
        return described;
    }

    private static object Defaults(Type record) => RecordBinder.Create(record);

    private static bool IsRecord(Type type) =>
        !ScalarValues.Handles(type)
        && RecordBinder.ItemOf(type) is null
        && type != typeof(ComponentConfig)
        && type != typeof(AttackConfig)
        && type != typeof(SchedulePoint);

    private JsonObject Value(Type type, OptionProperty? option)
    {
        if (RecordBinder.ItemOf(type) is { } item)
        {
            return new() { ["type"] = "array", ["items"] = Value(item, null) };
        }
        if (ScalarValues.Handles(type))
        {
            return Scalar(type, option);
        }
        return type == typeof(ComponentConfig) ? Component(_components.Of(option!.Key), [])
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
                    ["description"] = "value there",
                }
            ),
            ["minItems"] = 2,
            ["maxItems"] = 2,
        };

    private JsonObject Attack()
    {
        var attacks = _components.Attacks;
        var name = new JsonObject
        {
            ["description"] = "the attack's name in this evaluation; its id where none is given",
            ["type"] = "string",
            ["pattern"] = AttackName,
        };
        return new()
        {
            ["oneOf"] = new JsonArray(Ids(attacks), Component(attacks, [KeyValuePair.Create("name", (JsonNode?)name)])),
        };
    }

    /// <summary>A mapping with an id, and for each id its own options and no others.</summary>
    private JsonObject Component(
        IReadOnlyList<ComponentInfo> components,
        IReadOnlyList<KeyValuePair<string, JsonNode?>> more
    )
    {
        var cases = new JsonArray();
        foreach (var component in components)
        {
            var id = new JsonObject { ["const"] = component.Id };
            var options = component.Options is null ? [] : Properties(component.Options);
            options.Insert(0, "id", id.DeepClone());
            foreach (var (key, value) in more)
            {
                options.Add(key, value?.DeepClone());
            }
            cases.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["if"] = new JsonObject
                        {
                            ["required"] = new JsonArray("id"),
                            ["properties"] = new JsonObject { ["id"] = id },
                        },
                        ["then"] = new JsonObject { ["properties"] = options, ["additionalProperties"] = false },
                    }
            );
        }
        return new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("id"),
            ["properties"] = new JsonObject { ["id"] = Ids(components) },
            ["allOf"] = cases,
        };
    }

    /// <summary>One of the ids, each with what it is.</summary>
    private static JsonObject Ids(IReadOnlyList<ComponentInfo> components) =>
        new()
        {
            ["description"] = "the component's id",
            ["type"] = "string",
            ["oneOf"] = new JsonArray([
                .. components.Select(c => (JsonNode)new JsonObject { ["const"] = c.Id, ["description"] = c.Title }),
            ]),
        };
}
