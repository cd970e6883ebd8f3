using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Models.Architectures;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>An architecture as a user names it, resolved.</summary>
/// <param name="Info">The component.</param>
/// <param name="Options">Its options; null where it has none.</param>
public sealed record ArchitectureSource(ComponentInfo Info, object? Options)
{
    /// <summary>Resolves the model of a recipe.</summary>
    /// <param name="config">The id and its options.</param>
    /// <exception cref="UsageException">The architecture is unknown.</exception>
    /// <exception cref="ConfigException">An option is unknown or does not fit.</exception>
    public static ArchitectureSource Of(ComponentConfig config)
    {
        var info = Catalogue.Find<Architecture>(config.Id, "architecture");
        return new(info, info.Options is null ? null : OptionsBinder.Bind(info.Options, config.Options));
    }

    /// <summary>Resolves what <c>--arch</c> names.</summary>
    /// <param name="text">An architecture's id; a recipe (<c>.yaml</c>), whose model is taken; or a JSON file with an array <c>layers</c>.</param>
    /// <exception cref="UsageException">The architecture is unknown.</exception>
    /// <exception cref="DataException">The file cannot be read.</exception>
    /// <exception cref="ConfigException">The recipe is wrong.</exception>
    public static ArchitectureSource Parse(string text) =>
        Path.GetExtension(text) switch
        {
            ".yaml" or ".yml" => Of(ConfigReader.Read(text).Model),
            ".json" => FromLayers(text),
            _ => Of(new ComponentConfig(text)),
        };

    /// <summary>The architecture.</summary>
    public Architecture Create() => Catalogue.Create<Architecture>(Info, Options);

    private static ArchitectureSource FromLayers(string path)
    {
        try
        {
            var layers =
                JsonNode.Parse(File.ReadAllText(path))?["layers"]?.AsArray()
                ?? throw new DataException($"{path}: expected a JSON object with an array 'layers', found none.");
            return new(
                Catalogue.Find<Architecture>("layers", "architecture"),
                new LayerList.Options { Layers = [.. layers.Select(l => l!.GetValue<string>())] }
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}).", e);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new DataException($"{path}: 'layers' is not an array of texts ({Excerpt.Clean(e.Message)}).", e);
        }
    }
}
