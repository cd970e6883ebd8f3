namespace Temper.Models.Graphs;

/// <summary>A step of a graph with its values by number.</summary>
/// <param name="Op">The operator.</param>
/// <param name="Inputs">The slots of its inputs.</param>
/// <param name="Output">The slot of its result.</param>
/// <param name="Done">The slots of made values that nothing uses after it.</param>
internal sealed record GraphStep(GraphOp Op, int[] Inputs, int Output, int[] Done);
