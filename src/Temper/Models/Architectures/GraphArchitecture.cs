using Temper.Errors;
using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Models.Architectures;

/// <summary>A network that is written as a graph, and so can be exported, folded and analysed.</summary>
/// <param name="id">The architecture's id, for messages.</param>
/// <param name="normalise">Means and deviations, see <see cref="Options.Normalise"/>; null for none.</param>
public abstract class GraphArchitecture(string id, string? normalise = null) : Architecture
{
    /// <summary>What the options of image networks share.</summary>
    public abstract record Options
    {
        /// <summary>Gets the normalisation inside the model: means, then deviations, one per channel.</summary>
        [System.ComponentModel.Description(
            "normalisation inside the model: means and deviations per channel, such as \"0.49,0.48,0.45 0.25,0.24,0.26\"; absent = none"
        )]
        public string? Normalise { get; init; }
    }

    /// <summary>Describes the network.</summary>
    /// <param name="input">The shape of one input.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ModelException">The network does not fit inputs of that shape.</exception>
    public NetworkGraph Describe(InputShape input, int classes)
    {
        var builder = new GraphBuilder(input);
        try
        {
            var x = normalise is null ? builder.Input : Normalised(builder, normalise);
            return builder.Build(Layers(builder, x, classes));
        }
        catch (ModelException e)
        {
            throw new ModelException($"{id}: it does not fit inputs of {input} ({e.Message})", e);
        }
    }

    /// <inheritdoc/>
    public sealed override nn.Module<Tensor, Tensor> Build(InputShape input, int classes) =>
        new GraphModule(Describe(input, classes));

    /// <summary>Writes the layers.</summary>
    /// <param name="graph">Where they are written.</param>
    /// <param name="x">The input, normalised where that is asked for.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns>The name of the scores.</returns>
    protected abstract string Layers(GraphBuilder graph, string x, int classes);

    private static string Normalised(GraphBuilder builder, string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2
            ? builder.Normalise(builder.Input, "norm", LayerNumbers.List(parts[0]), LayerNumbers.Positive(parts[1]))
            : throw new ModelException(
                $"normalise: found '{Excerpt.Clean(text)}', expected means and deviations, such as 0.49,0.48,0.45 0.25,0.24,0.26."
            );
    }
}
