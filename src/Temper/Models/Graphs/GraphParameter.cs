namespace Temper.Models.Graphs;

/// <summary>A value that a graph stores; its name is that of the tensor in weight files.</summary>
/// <param name="Name">The name, unique in the graph, such as <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Initial">How it begins.</param>
public sealed record GraphParameter(string Name, IReadOnlyList<long> Shape, ParameterRole Role, Initial Initial);
