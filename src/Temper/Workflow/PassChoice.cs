using Temper.Errors;
using Temper.Models;
using Temper.Models.Graphs;
using Temper.Models.Passes;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>Decides how a network is computed: as asked for, or as the run began that is resumed.</summary>
internal static class PassChoice
{
    /// <summary>The decision for a network.</summary>
    /// <param name="graph">The network; null where it is not known.</param>
    /// <param name="asked">What was asked for.</param>
    /// <param name="manifest">The manifest of the run that is resumed; null for a new run.</param>
    /// <returns>For the manifest; null where there is nothing to decide.</returns>
    public static ManifestArithmetic? Of(NetworkGraph? graph, PassSettings asked, RunManifest? manifest)
    {
        if (graph is null)
        {
            return null;
        }
        if (manifest is not null)
        {
            // A run of a time when there was only the plain path goes on by it.
            return manifest.Arithmetic ?? Written(graph, PassSettings.Plain);
        }
        return Written(graph, asked);
    }

    /// <summary>Makes a model compute so.</summary>
    /// <param name="model">The model.</param>
    /// <param name="arithmetic">The decision; null changes nothing.</param>
    /// <exception cref="DataException">It names something this library does not know.</exception>
    public static void Apply(IClassifier model, ManifestArithmetic? arithmetic)
    {
        if (arithmetic is null || InnerModule.Of(model) is not GraphModule module)
        {
            return;
        }
        var choices = new Dictionary<string, ConvAlgorithm>(StringComparer.Ordinal);
        foreach (var (shape, name) in arithmetic.Convolutions)
        {
            choices[shape] = ConvTable.TryParse(name, out var algorithm)
                ? algorithm
                : throw new DataException(
                    $"manifest: arithmetic.convolutions: found '{Excerpt.Clean(name)}', expected an algorithm this library knows."
                );
        }
        module.Passes = PassSettings.Parse(arithmetic.Passes) with { Convolutions = new(choices) };
    }

    private static ManifestArithmetic Written(NetworkGraph graph, PassSettings settings) =>
        new(
            settings.Text,
            settings.InputGradients
                ? new SortedDictionary<string, string>(
                    settings.Convolutions.ChoicesFor(graph).ToDictionary(c => c.Key, c => ConvTable.NameOf(c.Value)),
                    StringComparer.Ordinal
                )
                : new SortedDictionary<string, string>()
        );
}
