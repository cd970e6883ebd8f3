using System.ComponentModel.DataAnnotations;
using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>The residual network for small images: 6n + 2 layers in three stages of width w, 2w, 4w.</summary>
/// <remarks>
/// He et al. 2016, section 4.2, with projection shortcuts (1×1 convolution and BatchNorm) where the shape changes. State names
/// <c>conv1</c>, <c>bn1</c>, <c>layerS.B.conv1</c>, <c>layerS.B.bn1</c>, …, <c>layerS.B.shortcut.0</c>, <c>linear</c>.
/// </remarks>
[Component(
    "resnet-cifar",
    "Residual network of 6n + 2 layers for small images",
    "He et al. 2016, Deep residual learning for image recognition, section 4.2"
)]
public sealed class ResNetCifar(ResNetCifar.Options options) : GraphArchitecture("resnet-cifar", options.Normalise)
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options
    {
        /// <summary>Gets the number of layers.</summary>
        [System.ComponentModel.Description("number of layers, 6n + 2: 8, 14, 20, 26, 32, …")]
        [Range(8, 1202)]
        public int Depth { get; init; } = 20;

        /// <summary>Gets the number of channels of the first stage.</summary>
        [System.ComponentModel.Description("channels of the first stage; the others have two and four times as many")]
        [Range(1, 1024)]
        public int Width { get; init; } = 16;
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        if (options.Depth % 6 != 2)
        {
            throw new ModelException($"depth: found {options.Depth}, expected 6n + 2: 8, 14, 20, 26, 32, …");
        }
        x = graph.Relu(Convolution(graph, x, "conv1", "bn1", options.Width, 1));
        for (var stage = 0; stage < 3; stage++)
        {
            for (var block = 0; block < (options.Depth - 2) / 6; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                x = Block(graph, x, $"layer{stage + 1}.{block}", options.Width << stage, stride);
            }
        }
        return graph.Linear(graph.GlobalAverage(x), "linear", classes);
    }

    private static string Block(GraphBuilder graph, string x, string name, long channels, long stride)
    {
        var inner = graph.Relu(Convolution(graph, x, $"{name}.conv1", $"{name}.bn1", channels, stride));
        inner = Convolution(graph, inner, $"{name}.conv2", $"{name}.bn2", channels, 1);
        if (stride != 1 || graph.ShapeOf(x)[0] != channels)
        {
            var window = Window.Square(1, stride, pad: 0);
            var shortcut = graph.Conv(x, $"{name}.shortcut.0", channels, window, bias: false, Initial.KaimingNormal);
            x = graph.BatchNorm(shortcut, $"{name}.shortcut.1");
        }
        return graph.Relu(graph.Sum(inner, x));
    }

    private static string Convolution(
        GraphBuilder graph,
        string x,
        string name,
        string norm,
        long channels,
        long stride
    ) =>
        graph.BatchNorm(
            graph.Conv(x, name, channels, Window.Square(3, stride, pad: 1), bias: false, Initial.KaimingNormal),
            norm
        );
}
