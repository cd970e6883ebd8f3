using Temper.Bench;
using Temper.Models;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Tests.Bench;

/// <summary>Operations against figures worked out by hand.</summary>
public sealed class GraphFlopsTests
{
    // Outputs times terms of each sum times two: a multiplication and an addition.
    private const double First = 2.0 * (16 * 14 * 14) * (1 * 4 * 4);
    private const double Second = 2.0 * (32 * 7 * 7) * (16 * 4 * 4);
    private const double Third = 2.0 * 100 * (32 * 7 * 7);
    private const double Fourth = 2.0 * 10 * 100;

    [Fact]
    public void Of_mnist_net()
    {
        var flops = Of("mnist-net");
        Assert.Equal([First, Second, Third, Fourth], flops.Nodes.Select(n => n.Forward).Where(f => f > 0));
        Assert.Equal(1_218_768, flops.Forward);
        Assert.Equal(1_218_768, flops.InputGradient);
        // Every layer's weights, and every layer's input but that of the first, before which there are no weights.
        Assert.Equal((2 * 1_218_768) - First, flops.Training);
        Assert.Equal(
            (3 * flops.Forward) + (2 * flops.InputGradient) + flops.Training,
            flops.Of(PassCount.Training(steps: 2))
        );
        Assert.Equal((4 * flops.Forward) + (2 * flops.InputGradient), flops.Of(PassCount.Attack(steps: 2)));
    }

    [Fact]
    public void Of_preact_resnet18()
    {
        // Multiply-adds: the first layer, four convolutions of 64 channels on 32 × 32, then three stages, each with as many
        // outputs × terms as the one before: a convolution that halves the image, three that do not, a 1 × 1 shortcut.
        const double Stem = 64.0 * 1024 * 27;
        const double Stage1 = 4.0 * 64 * 1024 * (64 * 9);
        const double Later = 128.0 * 256 * ((64 * 9) + (3 * 128 * 9) + 64);
        Assert.Equal(2 * (Stem + Stage1 + (3 * Later) + (512 * 10)), Of("preact-resnet18").Forward);
        Assert.Equal(2 * 555_422_720.0, Of("preact-resnet18").Forward);
    }

    [Fact]
    public void Of_groups_strides_products_and_operators_without_any()
    {
        var graph = new GraphBuilder(new InputShape(4, 9, 7));
        var x = graph.Normalise(graph.Input, "norm", [0, 0, 0, 0], [1, 1, 1, 1]);
        // 9 × 7 by a window of 3 and a stride of 2 gives 4 × 3; each output sees 4 / 2 channels.
        x = graph.Conv(x, "grouped", 6, new Conv(Window.Square(3, stride: 2, pad: 0), Groups: 2), bias: true, null);
        x = graph.GlobalAverage(graph.Relu(graph.BatchNorm(x, "norm1")));
        graph.Store("matrix", [6, 5], ParameterRole.Weight, Initial.Default);
        x = graph.Linear(graph.Add(new MatMul(), x, "matrix"), "scores", 3);
        var flops = GraphFlops.Of(graph.Build(x));
        var (conv, product, linear) = (2.0 * (6 * 4 * 3) * (2 * 3 * 3), 2.0 * 6 * 5, 2.0 * 5 * 3);
        Assert.Equal([conv, product, linear], flops.Nodes.Select(n => n.Forward).Where(f => f > 0));
        // A normalisation with fixed figures is no reason to go further back than the first weights.
        Assert.Equal(conv + (2 * product) + (2 * linear), flops.Training);
        Assert.Equal(conv + product + linear, flops.InputGradient);
    }

    private static GraphFlops Of(string network)
    {
        var found = BenchNetwork.Find(network);
        return GraphFlops.Of(found.Make().Describe(found.Input, BenchNetwork.Classes));
    }
}
