using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Bench;

/// <summary>Counts the floating point operations of a network's products: convolutions and fully connected layers.</summary>
/// <remarks>
/// A gradient for the input or for the weights of a layer costs as much as its forward pass. Additions of biases, activations,
/// pooling and normalisation are not counted: they are bound by memory, and their time lowers what is achieved.
/// </remarks>
internal sealed class GraphFlops
{
    private GraphFlops(IReadOnlyList<NodeFlops> nodes) => Nodes = nodes;

    /// <summary>Gets the nodes in order.</summary>
    public IReadOnlyList<NodeFlops> Nodes { get; }

    /// <summary>Gets the operations of a forward pass of one example.</summary>
    public double Forward => Nodes.Sum(n => n.Forward);

    /// <summary>Gets the operations of a pass back to the input of one example.</summary>
    public double InputGradient => Nodes.Sum(n => n.InputGradient);

    /// <summary>Gets the operations of a pass back to the weights of one example.</summary>
    public double Training => Nodes.Sum(n => n.Training);

    /// <summary>Counts.</summary>
    /// <param name="graph">The network.</param>
    public static GraphFlops Of(NetworkGraph graph)
    {
        var shapes = graph.Shapes(1);
        var weights = Names(graph, ParameterRole.Weight).ToHashSet(StringComparer.Ordinal);
        var fromInput = Reached(graph, [graph.Input]);
        var fromWeights = Reached(graph, weights);
        return new([
            .. graph.Nodes.Select(node =>
            {
                var forward = Products(node, shapes);
                var back = fromInput.Contains(node.Inputs[0]) ? forward : 0;
                var needed = fromWeights.Contains(node.Inputs[0]) ? forward : 0;
                var own = node.Inputs.Count > 1 && weights.Contains(node.Inputs[1]) ? forward : 0;
                return new NodeFlops(node, forward, back, needed + own);
            }),
        ]);
    }

    /// <summary>The operations of one example over some passes.</summary>
    public double Of(PassCount passes) =>
        (passes.Forwards * Forward) + (passes.InputGradients * InputGradient) + (passes.WeightGradients * Training);

    private static double Products(GraphNode node, IReadOnlyDictionary<string, long[]> shapes)
    {
        // Each value of the result is a sum over the weights that lead to one output.
        double terms = node.Op switch
        {
            Conv => shapes[node.Inputs[1]][1..].Aggregate(1L, (a, b) => a * b),
            Linear => shapes[node.Inputs[1]][1],
            MatMul => shapes[node.Inputs[1]][0],
            _ => 0,
        };
        return 2 * terms * shapes[node.Output].Aggregate(1L, (a, b) => a * b);
    }

    private static IEnumerable<string> Names(NetworkGraph graph, ParameterRole role) =>
        graph.Parameters.Where(p => p.Role == role).Select(p => p.Name);

    /// <summary>The values that depend on some others, those among them.</summary>
    private static HashSet<string> Reached(NetworkGraph graph, IEnumerable<string> from)
    {
        var reached = new HashSet<string>(from, StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => node.Inputs.Any(reached.Contains)))
        {
            reached.Add(node.Output);
        }
        return reached;
    }
}
