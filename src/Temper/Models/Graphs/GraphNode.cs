namespace Temper.Models.Graphs;

/// <summary>One step of a graph.</summary>
/// <param name="Op">The operator.</param>
/// <param name="Inputs">The names of its inputs: the graph's input, earlier outputs, or parameters.</param>
/// <param name="Output">The name of its result, unique in the graph.</param>
public sealed record GraphNode(GraphOp Op, IReadOnlyList<string> Inputs, string Output);
