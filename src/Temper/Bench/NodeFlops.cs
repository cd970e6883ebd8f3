using Temper.Models.Graphs;

namespace Temper.Bench;

/// <summary>The floating point operations of one node, for one example; a multiplication with its addition is two.</summary>
/// <param name="Node">The node.</param>
/// <param name="Forward">Of the forward pass.</param>
/// <param name="InputGradient">Of the gradient for the node's input, on the way back to the network's input.</param>
/// <param name="Training">Of the pass back to the weights: this node's weights, and its input where weights lie before it.</param>
internal sealed record NodeFlops(GraphNode Node, double Forward, double InputGradient, double Training);
