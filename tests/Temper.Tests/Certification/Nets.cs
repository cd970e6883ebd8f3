using Temper.Models;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Tests.Certification;

/// <summary>Small networks as graphs: written by hand, or drawn at random from all that bounds know.</summary>
internal static class Nets
{
    public static readonly InputShape Two = new(1, 1, 2);

    /// <summary>A network whose tensors are filled in order: weights of every layer, then its bias.</summary>
    public static ModuleClassifier Of(InputShape input, Func<GraphBuilder, string> write, params float[][] values)
    {
        var builder = new GraphBuilder(input);
        var graph = builder.Build(write(builder));
        var module = new GraphModule(graph);
        using var noGrad = no_grad();
        foreach (var (parameter, numbers) in module.parameters().Zip(values))
        {
            using var filled = tensor(numbers).view(parameter.shape);
            parameter.copy_(filled);
        }
        return new(module, input, graph.Classes());
    }

    /// <summary>Two inputs and layers of ReLU units, drawn at random.</summary>
    public static ModuleClassifier Layered(int seed, params int[] widths)
    {
        manual_seed(seed);
        var model = Of(
            Two,
            g =>
            {
                var x = g.Flatten(g.Input);
                for (var i = 0; i < widths.Length - 1; i++)
                {
                    x = g.Relu(g.Linear(x, $"{i}", widths[i]));
                }
                return g.Linear(x, "last", widths[^1]);
            }
        );
        Stretch(model, 2);
        return model;
    }

    /// <summary>A network of random operators.</summary>
    public static ModuleClassifier Random(int seed)
    {
        manual_seed(seed);
        var draw = new Draw(seed);
        var input = new InputShape(draw.Next(1, 3), 4, draw.Next(4, 6));
        var model = Of(
            input,
            g =>
            {
                var x = g.Input;
                if (draw.Next(0, 2) == 0)
                {
                    float[] mean = [.. Enumerable.Repeat(0.4f, input.Channels)];
                    x = g.Normalise(x, "norm", mean, [.. Enumerable.Repeat(0.3f, input.Channels)]);
                }
                for (var i = 0; i < draw.Next(0, 3); i++)
                {
                    x = Block(g, x, $"b{i}", draw);
                }
                x = Pooled(g, x, draw);
                for (var i = 0; i < draw.Next(0, 3); i++)
                {
                    x = Bent(g, g.Linear(x, $"l{i}", draw.Next(2, 8)), draw);
                }
                return g.Linear(x, "last", draw.Next(2, 5));
            }
        );
        Stretch(model, 1 + draw.Next(0, 3));
        return model;
    }

    private static string Block(GraphBuilder g, string x, string name, Draw draw)
    {
        var channels = draw.Next(1, 4);
        var window = draw.Next(0, 3) == 0 ? new Window(3, 2, 1, 2, 1, 0, 0, 1) : Window.Square(3, draw.Next(1, 3), 1);
        var y = g.Conv(x, name, channels, window, bias: draw.Next(0, 2) == 0);
        y = draw.Next(0, 2) == 0 ? g.BatchNorm(y, name + "n") : y;
        y = Bent(g, y, draw);
        switch (draw.Next(0, 4))
        {
            case 0:
                var side = g.Conv(x, name + "s", channels, window);
                return Bent(g, g.Sum(y, side), draw);
            case 1:
                return g.Add(new Concat(1), y, g.Conv(y, name + "c", 1, Window.Square(1, 1, 0)));
            case 2:
                return Bent(g, g.Sum(y, g.Conv(Bent(g, y, draw), name + "r", channels, Window.Square(3, 1, 1))), draw);
            default:
                return y;
        }
    }

    private static string Pooled(GraphBuilder g, string x, Draw draw)
    {
        var shape = g.ShapeOf(x);
        if (shape[1] < 2 || shape[2] < 2)
        {
            return g.Flatten(x);
        }
        return draw.Next(0, 5) switch
        {
            0 => g.Flatten(g.MaxPool(x, Window.Square(2, draw.Next(1, 3), draw.Next(0, 2)))),
            1 => g.Flatten(g.Add(new AveragePool(Window.Square(2, 1, draw.Next(0, 2)), draw.Next(0, 2) == 0), x)),
            2 => g.GlobalAverage(x),
            3 => g.Flatten(g.Add(new Transpose([0, 2, 3, 1]), g.Add(new Pad(1, 0, 0, 1, 0.5), x))),
            _ => g.Flatten(x),
        };
    }

    private static string Bent(GraphBuilder g, string x, Draw draw) =>
        g.Add(
            draw.Next(0, 8) switch
            {
                0 => new Sigmoid(),
                1 => new Tanh(),
                2 => new Silu(),
                3 => new LeakyRelu(0.1),
                4 => new LeakyRelu(-0.3),
                _ => new Relu(),
            },
            x
        );

    /// <summary>Larger weights bend more; statistics as a trained network has them.</summary>
    private static void Stretch(ModuleClassifier model, double factor)
    {
        using var noGrad = no_grad();
        foreach (var parameter in model.Module.parameters())
        {
            parameter.mul_(factor);
        }
        foreach (var (name, buffer) in model.Module.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                buffer.uniform_(-0.5, 0.5);
            }
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                buffer.uniform_(0.2, 2);
            }
        }
    }

    /// <summary>Whole numbers from a key.</summary>
    private sealed class Draw(int seed)
    {
        private readonly Rng _rng = new Rng((ulong)seed).Fork("nets");
        private int _count;

        /// <summary>A number from <paramref name="from"/>, below <paramref name="to"/>.</summary>
        public int Next(int from, int to) => from + _rng.Fork($"{_count++}").Sample(1, to - from)[0];
    }
}
