using Temper.Errors;

namespace Temper.Models.Graphs;

/// <summary>A network as data: operators in order, and the values they store. What can be written so can be exported and analysed.</summary>
public sealed record NetworkGraph
{
    /// <summary>Gets the name of the input value, shape (N, C, H, W).</summary>
    public required string Input { get; init; }

    /// <summary>Gets the name of the scores, shape (N, classes).</summary>
    public required string Output { get; init; }

    /// <summary>Gets the shape of one input.</summary>
    public required InputShape InputShape { get; init; }

    /// <summary>Gets the steps; each uses only what stands before it.</summary>
    public required IReadOnlyList<GraphNode> Nodes { get; init; }

    /// <summary>Gets the stored values, in the order they are made and saved.</summary>
    public required IReadOnlyList<GraphParameter> Parameters { get; init; }

    /// <summary>The shapes of all values for a batch.</summary>
    /// <param name="batch">The number of examples.</param>
    /// <returns>Name → shape, batch included.</returns>
    /// <exception cref="ModelException">A name is unknown or used twice, or shapes do not fit.</exception>
    public IReadOnlyDictionary<string, long[]> Shapes(long batch)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal)
        {
            [Input] = [batch, InputShape.Channels, InputShape.Height, InputShape.Width],
        };
        foreach (var parameter in Parameters)
        {
            if (!shapes.TryAdd(parameter.Name, [.. parameter.Shape]))
            {
                throw new ModelException($"graph: the name '{parameter.Name}' stands twice.");
            }
        }
        foreach (var node in Nodes)
        {
            var unknown = node.Inputs.FirstOrDefault(name => !shapes.ContainsKey(name));
            if (unknown is not null)
            {
                throw new ModelException(
                    $"graph: {node.Op.Name} '{node.Output}' uses '{unknown}', which nothing before it makes."
                );
            }
            if (!shapes.TryAdd(node.Output, node.Op.ShapeOf([.. node.Inputs.Select(name => shapes[name])])))
            {
                throw new ModelException($"graph: the name '{node.Output}' stands twice.");
            }
        }
        return shapes.ContainsKey(Output)
            ? shapes
            : throw new ModelException($"graph: nothing makes the output '{Output}'.");
    }

    /// <summary>The number of classes: the width of the scores.</summary>
    /// <exception cref="ModelException">The scores are not of shape (N, classes).</exception>
    public int Classes()
    {
        // A batch of an odd size shows a graph that was made for batches of one.
        const long Probe = 3;
        var shape = Shapes(Probe)[Output];
        return shape is [Probe, > 0 and <= int.MaxValue]
            ? (int)shape[1]
            : throw new ModelException(
                $"graph: its scores for {Probe} inputs have shape ({string.Join(", ", shape)}), expected ({Probe}, classes)."
            );
    }
}
