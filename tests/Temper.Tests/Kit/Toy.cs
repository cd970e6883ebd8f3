using Temper.Data;
using Temper.Models;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Tests.Kit;

/// <summary>Small models and data whose right answers can be computed by hand.</summary>
internal static class Toy
{
    /// <summary>A linear classifier over C×H×W inputs with the given weights, row per class.</summary>
    public static ModuleClassifier Linear(float[,] weights, float[] bias, InputShape input)
    {
        var layer = nn.Linear(weights.GetLength(1), weights.GetLength(0));
        using (no_grad())
        {
            using var w = tensor(weights);
            using var b = tensor(bias);
            layer.weight!.copy_(w);
            layer.bias!.copy_(b);
        }
        return new(nn.Sequential(("flatten", nn.Flatten()), ("scores", layer)), input, weights.GetLength(0));
    }

    /// <summary>Random inputs in [low, high] with labels the model gets right.</summary>
    public static Batch RightBatch(IClassifier model, int count, int seed, double low = 0.2, double high = 0.8)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(seed);
        var shape = model.Input;
        var x = rand(count, shape.Channels, shape.Height, shape.Width).mul_(high - low).add_(low);
        var labels = model.Logits(x).argmax(1);
        return new(
            x.MoveToOuterDisposeScope(),
            labels.MoveToOuterDisposeScope(),
            [.. Enumerable.Range(0, count).Select(i => (long)i)]
        );
    }

    /// <summary>A small convolutional net with BatchNorm and dropout, freshly initialised.</summary>
    public static ModuleClassifier ConvNet(int seed, int classes = 3)
    {
        manual_seed(seed);
        return new(
            nn.Sequential(
                ("conv", nn.Conv2d(1, 4, 3, padding: 1)),
                ("norm", nn.BatchNorm2d(4)),
                ("relu", nn.ReLU()),
                ("flatten", nn.Flatten()),
                ("dropout", nn.Dropout(0.3)),
                ("scores", nn.Linear(4 * 6 * 6, classes))
            ),
            new InputShape(1, 6, 6),
            classes
        );
    }

    /// <summary>The same images under other labels.</summary>
    public static ImageSet Labelled(ImageSet set, int[] labels, int classes)
    {
        var pixels = new byte[set.Count * set.ValuesPerExample];
        var values = new float[set.ValuesPerExample];
        for (var i = 0; i < set.Count; i++)
        {
            set.Copy(i, values);
            for (var p = 0; p < values.Length; p++)
            {
                pixels[(i * values.Length) + p] = (byte)MathF.Round(values[p] * 255);
            }
        }
        return new(
            new("labelled", set.Split, set.Channels, set.Height, set.Width, classes, "labelled"),
            pixels,
            labels
        );
    }

    /// <summary>The network of <see cref="ConvNet"/> as a graph of operators, with the same names.</summary>
    public static ModuleClassifier GraphNet(int seed, int classes = 3)
    {
        manual_seed(seed);
        var input = new InputShape(1, 6, 6);
        var graph = new GraphBuilder(input);
        var x = graph.Conv(graph.Input, "conv", 4, Window.Square(3, stride: 1, pad: 1));
        x = graph.Dropout(graph.Flatten(graph.Relu(graph.BatchNorm(x, "norm"))), 0.3);
        return new(new GraphModule(graph.Build(graph.Linear(x, "scores", classes))), input, classes);
    }

    /// <summary>Images with a bright stripe whose row tells the class.</summary>
    public static ImageSet Stripes(int count, int seed, int classes = 3, int side = 6, string split = "train")
    {
        var pixels = new byte[count * side * side];
        var labels = new int[count];
        var rng = new Temper.Numerics.Rng((ulong)seed);
        var noise = new float[side * side];
        for (var i = 0; i < count; i++)
        {
            labels[i] = i % classes;
            rng.FillUniform(noise, [i], 0, 0);
            for (var p = 0; p < noise.Length; p++)
            {
                var bright = p / side / (side / classes) == labels[i];
                pixels[(i * noise.Length) + p] = (byte)((bright ? 150 : 40) + (60 * noise[p]));
            }
        }
        return new(new("stripes", split, 1, side, side, classes, $"stripes-{count}-{seed}"), pixels, labels);
    }
}
