using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>The one way JSON files for readers are written and read: camelCase, indented, '\n', strict.</summary>
internal static class JsonText
{
    /// <summary>Absent values are left out; unknown, doubled and missing properties are errors.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The text of a value, ending in a line feed.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    /// <summary>A value as a node of JSON.</summary>
    public static JsonNode? ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, Options);

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">The file is missing or is not the JSON expected; names file, line and path.</exception>
    public static T Read<T>(string path)
        where T : class => Parse<T>(TextFile.Read(path), path);

    /// <summary>Reads a text.</summary>
    /// <exception cref="DataException">The text is not the JSON expected; names file, line and path.</exception>
    public static T Parse<T>(string text, string name, int firstLine = 1)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options) ?? throw new DataException($"{name}: found null.");
        }
        catch (JsonException e)
        {
            var line = firstLine + (e.LineNumber ?? 0);
            var field = string.IsNullOrEmpty(e.Path) || e.Path == "$" ? "" : $" at {e.Path}";
            throw new DataException($"{name}:{line}: not the JSON expected{field}: {Reason(e)}", e);
        }
    }

    /// <summary>The reason alone; the position is told by the caller.</summary>
    private static string Reason(JsonException e)
    {
        var reason = e.Message;
        var position = reason.IndexOf(" Path: ", StringComparison.Ordinal);
        if (position < 0)
        {
            position = reason.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        }
        return position < 0 ? reason : reason[..position];
    }
}
