using Temper.Models.Graphs.Ops;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Graphs;

/// <summary>What a network computes before its last, linear layer.</summary>
internal static class PenultimateLayer
{
    /// <summary>Makes a network of its own that ends there, with the same weights.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Features in the place of scores; the caller owns it. Null where the model is no graph, or does not end in a linear layer.</returns>
    public static IClassifier? Of(IClassifier model)
    {
        if (
            InnerModule.Of(model) is not GraphModule whole
            || whole.Graph.Nodes.FirstOrDefault(n => n.Output == whole.Graph.Output) is not { Op: Linear } last
            || whole.Graph.Nodes.All(n => n.Output != last.Inputs[0])
        )
        {
            return null;
        }
        GraphNode[] nodes = [.. whole.Graph.Nodes.TakeWhile(n => n != last)];
        var used = nodes.SelectMany(n => n.Inputs).ToHashSet(StringComparer.Ordinal);
        var graph = whole.Graph with
        {
            Output = last.Inputs[0],
            Nodes = nodes,
            Parameters = [.. whole.Graph.Parameters.Where(p => used.Contains(p.Name))],
        };
        if (graph.Shapes(1)[graph.Output].Length != 2)
        {
            return null;
        }
        using var noGrad = no_grad();
        var weights = Weights.State(whole).ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        var part = new GraphModule(graph) { Passes = whole.Passes };
        part.to(model.Device);
        foreach (var (name, value) in Weights.State(part))
        {
            value.copy_(weights[name]);
        }
        return new ModuleClassifier(part, model.Input, graph.Classes(), model.Range, model.Kind);
    }
}
