using System.ComponentModel.DataAnnotations;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>The pre-activation ResNet-18 of the adversarial-training literature: 11,172,170 parameters on CIFAR-10.</summary>
/// <remarks>
/// He et al. 2016b, figure 1 (b), with BatchNorm and ReLU before the last layer, as in the code of Rice et al. 2020. State names as
/// there: <c>conv1</c>, <c>layerS.B.bn1</c>, …, <c>layerS.B.shortcut.0</c>, <c>bn</c>, <c>linear</c>.
/// </remarks>
[Component(
    "preact-resnet18",
    "Pre-activation residual network of 18 layers",
    "He et al. 2016, Identity mappings in deep residual networks"
)]
public sealed class PreActResNet18(PreActResNet18.Options options)
    : GraphArchitecture("preact-resnet18", options.Normalise)
{
    private const int Stages = 4;

    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options
    {
        /// <summary>Gets the number of channels of the first stage.</summary>
        [System.ComponentModel.Description(
            "channels of the first stage, doubled in each further one; 64 is the published network"
        )]
        [Range(1, 1024)]
        public int Width { get; init; } = 64;
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        x = graph.Conv(x, "conv1", options.Width, Window.Square(3, stride: 1, pad: 1), bias: false);
        for (var stage = 0; stage < Stages; stage++)
        {
            for (var block = 0; block < 2; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                x = Block(graph, x, $"layer{stage + 1}.{block}", options.Width << stage, stride);
            }
        }
        return graph.Linear(graph.GlobalAverage(graph.Relu(graph.BatchNorm(x, "bn"))), "linear", classes);
    }

    private static string Block(GraphBuilder graph, string x, string name, long channels, long stride)
    {
        var first = graph.Relu(graph.BatchNorm(x, $"{name}.bn1"));
        var inner = graph.Conv(first, $"{name}.conv1", channels, Window.Square(3, stride, pad: 1), bias: false);
        inner = graph.Relu(graph.BatchNorm(inner, $"{name}.bn2"));
        inner = graph.Conv(inner, $"{name}.conv2", channels, Window.Square(3, stride: 1, pad: 1), bias: false);
        var changes = stride != 1 || graph.ShapeOf(x)[0] != channels;
        var shortcut = changes
            ? graph.Conv(first, $"{name}.shortcut.0", channels, Window.Square(1, stride, pad: 0), bias: false)
            : x;
        return graph.Sum(inner, shortcut);
    }
}
