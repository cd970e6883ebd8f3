using System.ComponentModel.DataAnnotations;
using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>The wide residual network WRN-depth-width.</summary>
/// <remarks>
/// Zagoruyko and Komodakis 2016, table 1. State names as in the PyTorch code that TRADES and others use: <c>conv1</c>,
/// <c>blockS.layer.B.bn1</c>, …, <c>blockS.layer.B.convShortcut</c>, <c>bn1</c>, <c>fc</c>.
/// </remarks>
[Component("wide-resnet", "Wide residual network", "Zagoruyko and Komodakis 2016, Wide residual networks")]
public sealed class WideResNet(WideResNet.Options options) : GraphArchitecture("wide-resnet", options.Normalise)
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options
    {
        /// <summary>Gets the number of layers.</summary>
        [System.ComponentModel.Description("number of layers, 6n + 4: 10, 16, 22, 28, 34, …")]
        [Range(10, 1204)]
        public int Depth { get; init; } = 28;

        /// <summary>Gets the factor of all channels.</summary>
        [System.ComponentModel.Description("factor of the channels 16, 32, 64 of the three stages")]
        [Range(1, 64)]
        public int Width { get; init; } = 10;

        /// <summary>Gets the drop-out rate between the convolutions of a block.</summary>
        [System.ComponentModel.Description("drop-out rate between the convolutions of a block")]
        [Range(0, 0.9)]
        public double Dropout { get; init; }
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        if (options.Depth % 6 != 4)
        {
            throw new ModelException($"depth: found {options.Depth}, expected 6n + 4: 10, 16, 22, 28, 34, …");
        }
        x = Convolution(graph, x, "conv1", 16, 3, 1);
        for (var stage = 0; stage < 3; stage++)
        {
            for (var block = 0; block < (options.Depth - 4) / 6; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                x = Block(graph, x, $"block{stage + 1}.layer.{block}", (16L << stage) * options.Width, stride);
            }
        }
        return graph.Linear(graph.GlobalAverage(graph.Relu(graph.BatchNorm(x, "bn1"))), "fc", classes);
    }

    private string Block(GraphBuilder graph, string x, string name, long channels, long stride)
    {
        var first = graph.Relu(graph.BatchNorm(x, $"{name}.bn1"));
        var inner = Convolution(graph, first, $"{name}.conv1", channels, 3, stride);
        inner = graph.Dropout(graph.Relu(graph.BatchNorm(inner, $"{name}.bn2")), options.Dropout);
        inner = Convolution(graph, inner, $"{name}.conv2", channels, 3, 1);
        var changes = graph.ShapeOf(x)[0] != channels;
        return graph.Sum(inner, changes ? Convolution(graph, first, $"{name}.convShortcut", channels, 1, stride) : x);
    }

    private static string Convolution(
        GraphBuilder graph,
        string x,
        string name,
        long channels,
        long kernel,
        long stride
    ) =>
        graph.Conv(
            x,
            name,
            channels,
            Window.Square(kernel, stride, kernel / 2),
            bias: false,
            Initial.Normal(Math.Sqrt(2.0 / (kernel * kernel * channels)))
        );
}
