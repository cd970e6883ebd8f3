using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>The LeNet-5 variant of the robustness literature: 648,226 parameters on MNIST.</summary>
/// <remarks>
/// conv 32 3×3, ReLU, max-pool 2, conv 64 3×3, ReLU, max-pool 2, fc 200, ReLU, fc classes. State names as in a PyTorch
/// Sequential of these ten layers.
/// </remarks>
[Component(
    "lenet5",
    "Two 3×3 convolutions with max-pooling and two linear layers",
    "LeCun et al. 1998, in the form of advertorch's LeNet5 (Ding et al. 2019)"
)]
public sealed class LeNet5(LeNet5.Options options) : GraphArchitecture("lenet5", options.Normalise)
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options;

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        var (kernel, pool) = (Window.Square(3, stride: 1, pad: 1), Window.Square(2, stride: 2, pad: 0));
        x = graph.MaxPool(graph.Relu(graph.Conv(x, "0", 32, kernel)), pool);
        x = graph.MaxPool(graph.Relu(graph.Conv(x, "3", 64, kernel)), pool);
        x = graph.Relu(graph.Linear(graph.Flatten(x), "7", 200));
        return graph.Linear(x, "9", classes);
    }
}
