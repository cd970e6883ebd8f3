using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>A network written layer by layer in the recipe.</summary>
/// <remarks>
/// Tensors are named by the layer's place, from 0, as in a PyTorch Sequential: <c>0.weight</c>, <c>3.conv1.bias</c>. See
/// <see cref="LayerWriter"/> for the layers.
/// </remarks>
[Component("layers", "A network written layer by layer", "a PyTorch Sequential in words")]
public sealed class LayerList(LayerList.Options options) : GraphArchitecture("layers")
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options
    {
        /// <summary>Gets the layers in order.</summary>
        [System.ComponentModel.Description(
            "the layers in order, such as [\"conv 1 16 4 stride 2 pad 1\", relu, flatten, \"fc 3136 10\"]"
        )]
        public IReadOnlyList<string> Layers { get; init; } = [];
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        for (var i = 0; i < options.Layers.Count; i++)
        {
            try
            {
                x = LayerWriter.Write(graph, x, i, options.Layers[i]);
            }
            catch (ModelException e)
            {
                throw new ModelException($"layer {i}, '{Excerpt.Clean(options.Layers[i])}': {e.Message}", e);
            }
        }
        return graph.ShapeOf(x) is [var found] && found == classes
            ? x
            : throw new ModelException(
                $"the last layer yields ({string.Join(", ", graph.ShapeOf(x))}), expected ({classes}), one score per class."
            );
    }
}
