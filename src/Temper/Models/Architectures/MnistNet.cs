using System.ComponentModel.DataAnnotations;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>The 166,406-parameter network of Wong et al. 2020 (fast adversarial training, MNIST).</summary>
/// <remarks>conv 16 4×4/2, ReLU, conv 32 4×4/2, ReLU, fc 100, ReLU, fc classes. State names as in a PyTorch Sequential.</remarks>
[Component(
    "mnist-net",
    "Two strided 4×4 convolutions and two linear layers",
    "Wong et al. 2020, Fast is better than free"
)]
public sealed class MnistNet(MnistNet.Options options) : GraphArchitecture("mnist-net", options.Normalise)
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options
    {
        /// <summary>Gets the drop-out rate before the last layer.</summary>
        [System.ComponentModel.Description("drop-out rate before the last layer; 0 is the published network")]
        [Range(0, 0.9)]
        public double Dropout { get; init; }
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        x = graph.Relu(graph.Conv(x, "0", 16, Window.Square(4, stride: 2, pad: 1)));
        x = graph.Relu(graph.Conv(x, "2", 32, Window.Square(4, stride: 2, pad: 1)));
        x = graph.Relu(graph.Linear(graph.Flatten(x), "5", 100));
        return graph.Linear(graph.Dropout(x, options.Dropout), "7", classes);
    }
}
