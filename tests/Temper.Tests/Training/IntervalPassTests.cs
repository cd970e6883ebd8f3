using Temper.Models;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Models.Passes;
using Temper.Training.Certified;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>The pass of intervals as a whole: the differences at its end, and the order of values in memory.</summary>
public sealed class IntervalPassTests
{
    private const double Tolerance = 1e-5;

    /// <summary>Few classes go by a table of pairs, many by rows of their own; both are (w_k − w_y) m + b_k − b_y and |w_k − w_y| r.</summary>
    [Theory]
    [InlineData(2, true)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    [InlineData(40, true)]
    [InlineData(40, false)]
    public void Margins_are_the_formula(int classes, bool bias)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        InputShape input = new(1, 2, 3);
        var graph = new GraphBuilder(input);
        using var module = new GraphModule(
            graph.Build(graph.Linear(graph.Flatten(graph.Input), "scores", classes, bias))
        );
        var (low, high) = (rand(7, 1, 2, 3), rand(7, 1, 2, 3) + 1);
        var labels = arange(7, ScalarType.Int64).remainder(classes);
        var (middle, radius) = new IntervalPass(module, low, low, high).Margins(labels);

        Tensor[] leaves = [.. module.parameters()];
        var rows = leaves[0].unsqueeze(0) - leaves[0].index_select(0, labels).unsqueeze(1);
        var (m, r) = (((low + high) / 2).flatten(1).unsqueeze(2), ((high - low) / 2).flatten(1).unsqueeze(2));
        var all = rows.matmul(m).squeeze(2);
        if (bias)
        {
            all += leaves[1] - leaves[1].index_select(0, labels).unsqueeze(1);
        }
        var others = IntervalPass.Others(labels, classes);
        var (plainMiddle, plainRadius) = (all.gather(1, others), rows.abs().matmul(r).squeeze(2).gather(1, others));
        Near(plainMiddle, middle);
        Near(plainRadius, radius);
        var (one, two) = (randn_like(middle), randn_like(radius));
        var expected = autograd.grad([(plainMiddle * one).sum() + (plainRadius * two).sum()], leaves);
        var found = autograd.grad([(middle * one).sum() + (radius * two).sum()], leaves);
        Assert.All(expected.Zip(found), pair => Near(pair.First, pair.Second));
    }

    /// <summary>Images stay with channels last through convolutions and ReLUs: turned round at every ReLU, they cost a third of a plain step.</summary>
    [Fact]
    public void Images_stay_as_they_lie()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        InputShape input = new(1, 8, 8);
        var graph = new GraphBuilder(input);
        var x = graph.Relu(graph.Conv(graph.Input, "0", 4, Window.Square(3, 1, 1)));
        x = graph.Relu(graph.Conv(x, "1", 6, Window.Square(3, 1, 1)));
        using var module = new GraphModule(graph.Build(graph.Linear(graph.Flatten(x), "scores", 3)));
        var images = rand(64, 1, 8, 8);
        Assert.True(module.KeepsChannelsLast(64));
        var pass = new IntervalPass(module, images, images - 0.1, images + 0.1, sums: true);
        Enclosure[] values =
        [
            pass.Of(0)!,
            .. module.Steps.Where(s => s.Op is Conv or Relu).Select(s => pass.Of(s.Output)!),
        ];
        Assert.Equal(5, values.Length);
        Assert.All(
            values.SelectMany(v => new[] { v.Nominal, v.Middle, v.Radius }),
            value => Assert.True(Layout.IsChannelsLast(value))
        );
    }

    private static void Near(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.True(
            (expected - found).abs().max().item<float>() <= Tolerance * (1 + expected.abs().max().item<float>())
        );
    }
}
