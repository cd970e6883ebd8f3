using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Temper.Tests.Runs;

/// <summary>Checks JSON against a schema, by a library that knows all of draft 2020-12.</summary>
internal static class SchemaCheck
{
    public static IReadOnlyList<string> Errors(JsonObject schema, JsonNode? value)
    {
        var options = new EvaluationOptions { OutputFormat = OutputFormat.List };
        using var document = JsonDocument.Parse(value?.ToJsonString() ?? "null");
        var result = JsonSchema.FromText(schema.ToJsonString()).Evaluate(document.RootElement, options);
        return result.IsValid
            ? []
            :
            [
                .. (result.Details ?? []).SelectMany(d =>
                    d.Errors?.Select(e => $"{d.InstanceLocation}: {e.Value}") ?? []
                ),
            ];
    }
}
