using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Evaluation.Health;

/// <summary>Writes and reads <c>health.json</c>.</summary>
public static class HealthFile
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string Name = "health.json";

    /// <summary>Reads a file strictly.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It is missing, is not such JSON, is of another version, or contradicts itself.</exception>
    public static ModelHealth Read(string path)
    {
        var text = TextFile.Read(path);
        // Asked first: another version would be refused for some key that means nothing to the reader.
        var schema = JsonText.Parse<JsonObject>(text, path)["schema"]?.ToString();
        if (schema != $"{ModelHealth.CurrentSchema}")
        {
            throw new DataException(
                $"{path}: schema: found {Excerpt.Clean(schema ?? "nothing")}, expected {ModelHealth.CurrentSchema}; another version of this tool wrote it."
            );
        }
        var health = JsonText.Parse<ModelHealth>(text, path);
        return HealthProblem.Of(health) is { } problem ? throw new DataException($"{path}: {problem}") : health;
    }

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="health">The figures.</param>
    /// <exception cref="DataException">The figures contradict each other.</exception>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public static void Write(string path, ModelHealth health)
    {
        if (HealthProblem.Of(health) is { } problem)
        {
            throw new DataException($"{path}: {problem}");
        }
        AtomicFile.WriteText(path, JsonText.Write(health));
    }
}
