using System.ComponentModel.DataAnnotations;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>The SmallCNN of TRADES on MNIST: 312,202 parameters there.</summary>
/// <remarks>
/// conv 32, conv 32, max-pool, conv 64, conv 64, max-pool (all 3×3 without padding), fc 200, dropout, fc 200, fc classes, whose
/// weights begin at zero. State names as in the published code.
/// </remarks>
[Component(
    "small-cnn",
    "Four 3×3 convolutions and three linear layers",
    "Zhang et al. 2019, Theoretically principled trade-off between robustness and accuracy"
)]
public sealed class SmallCnn(SmallCnn.Options options) : GraphArchitecture("small-cnn", options.Normalise)
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options
    {
        /// <summary>Gets the drop-out rate after the first linear layer.</summary>
        [System.ComponentModel.Description("drop-out rate after the first linear layer")]
        [Range(0, 0.9)]
        public double Dropout { get; init; } = 0.5;
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        var pool = Window.Square(2, stride: 2, pad: 0);
        x = graph.MaxPool(Convolution(graph, Convolution(graph, x, 1, 32), 2, 32), pool);
        x = graph.MaxPool(Convolution(graph, Convolution(graph, x, 3, 64), 4, 64), pool);
        x = graph.Relu(graph.Linear(graph.Flatten(x), "classifier.fc1", 200));
        x = graph.Relu(graph.Linear(graph.Dropout(x, options.Dropout), "classifier.fc2", 200));
        return graph.Linear(x, "classifier.fc3", classes, zero: true);
    }

    private static string Convolution(GraphBuilder graph, string x, int number, long channels) =>
        graph.Relu(
            graph.Conv(
                x,
                $"feature_extractor.conv{number}",
                channels,
                Window.Square(3, stride: 1, pad: 0),
                weights: Initial.KaimingNormal
            )
        );
}
