using Temper.Models.Graphs;

namespace Temper.Onnx.Importing;

/// <summary>What became of a model.</summary>
/// <param name="Graph">The network; null where it holds an operator without a differentiable form here.</param>
/// <param name="Reason">Why there is no network: which operators, in one sentence; null where there is one.</param>
internal sealed record ImportResult(NetworkGraph? Graph, string? Reason);
