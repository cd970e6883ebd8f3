using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Bench.Multiples;

/// <summary>The network that training methods are compared on: arithmetic outweighs all else, and every method can train it.</summary>
/// <remarks>
/// Four convolutions, two of them strided, two linear layers. No pooling, drop-out or normalisation: linear bounds end at the first two, and
/// running statistics would make inner passes unlike those of the loss.
/// </remarks>
internal sealed class StridedNet() : GraphArchitecture("strided-net")
{
    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        var (keep, half) = (Window.Square(3, stride: 1, pad: 1), Window.Square(4, stride: 2, pad: 1));
        x = graph.Relu(graph.Conv(x, "0", 32, half));
        x = graph.Relu(graph.Conv(x, "2", 64, keep));
        x = graph.Relu(graph.Conv(x, "4", 64, half));
        x = graph.Relu(graph.Conv(x, "6", 128, keep));
        x = graph.Relu(graph.Linear(graph.Flatten(x), "9", 128));
        return graph.Linear(x, "11", classes);
    }
}
