using Temper.Models;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Models.Passes;
using Temper.Training.Certified;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Functions brought back from the scores to the input, through all there are rules for.</summary>
public sealed class BackwardPassTests
{
    private const double Tolerance = 1e-4;
    private const double Budget = 0.1;
    private const double Dropped = 0.3;

    /// <summary>Without curves a bound is exact, whatever the windows of the convolutions.</summary>
    [Theory]
    [InlineData(3, 1, 1, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(4, 2, 1, 1)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(2, 3, 0, 0)]
    public void Convolutions_are_exact(long kernel, long stride, long before, long after)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var graph = new GraphBuilder(new InputShape(1, 6, 6));
        var window = new Window(kernel, kernel, stride, stride, before, before, after, after);
        var convolved = graph.Conv(graph.Input, "conv", 3, window);
        using var module = new GraphModule(graph.Build(graph.Linear(graph.Flatten(convolved), "scores", 3)));
        IsExact(module, rand(2, 1, 6, 6), module);
    }

    /// <summary>Where no ReLU has its knee inside the bounds the network is linear there: bounds are exact, in train mode under its batch's statistics and mask.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Settled_networks_are_exact(int channels, bool training)
    {
        using var scope = NewDisposeScope();
        using var module = Network(channels, shift: 6);
        module.train(training);
        var x = rand(8, channels, 6, 6);
        // BatchNorm's statistics are part of the function: a network with those of the batch stored.
        using var held = Network(channels, shift: 6);
        using (no_grad())
        {
            if (training)
            {
                var (mean, variance) = Statistics(held, x);
                held.get_buffer("norm.running_mean")!.copy_(mean);
                held.get_buffer("norm.running_var")!.copy_(variance);
            }
            held.eval();
        }
        manual_seed(9);
        IsExact(module, x, held);
    }

    /// <summary>Values and gradients are those of the other order in memory.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Images_may_lie_either_way(int channels)
    {
        using var scope = NewDisposeScope();
        using var module = Network(channels, shift: 0.5);
        var x = rand(8, channels, 6, 6);
        (Tensor Lines, Tensor Margins, Tensor[] Gradients) Through(bool last)
        {
            module.Passes = PassSettings.Fast with { ChannelsLast = last };
            manual_seed(9);
            var (pass, lines, labels) = Lines(module, x);
            Assert.Equal(last, module.KeepsChannelsLast(8));
            var (middle, radius) = pass.Margins(labels);
            var loss = lines.square().sum() + (middle + radius).exp().sum() + Regularisers.Of(pass);
            return (lines, middle + radius, [.. autograd.grad([loss], [.. module.parameters()])]);
        }
        var (first, second) = (Through(last: false), Through(last: true));
        Near(first.Lines, second.Lines);
        Near(first.Margins, second.Margins);
        Assert.All(first.Gradients.Zip(second.Gradients), pair => Near(pair.First, pair.Second));
        Assert.All(first.Gradients, gradient => Assert.True(gradient.abs().max().item<float>() > 0));
    }

    /// <summary>Above what random points reach, and another bound than that of intervals.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Bounds_hold_and_are_not_those_of_intervals(int channels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var module = Network(channels, shift: 0.5);
        module.eval();
        var x = rand(8, channels, 6, 6);
        var (pass, lines, labels) = Lines(module, x);
        var (middle, radius) = pass.Margins(labels);
        Assert.True((lines - middle - radius).abs().max().item<float>() > 0.01);
        for (var i = 0; i < 100; i++)
        {
            var far = i % 2 == 0 ? rand_like(x) : randint(0, 2, x.shape).to(x.dtype);
            var scores = module.call(x + (((2 * far) - 1) * Budget));
            Assert.True((lines + Tolerance).ge(Differences(scores, labels)).all().item<bool>());
        }
    }

    /// <summary>A number that makes a value grow has no rule: functions end at the intervals.</summary>
    [Fact]
    public void Values_that_grow_end_the_lines()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var graph = new GraphBuilder(new InputShape(2, 3, 3));
        var x = graph.Conv(graph.Input, "conv", 2, new Window(3, 3, 1, 1, 0, 0, 0, 0));
        var number = graph.Store("number", [1, 2, 4, 4], ParameterRole.Weight, Initial.Uniform(1));
        x = graph.Add(new Arithmetic(ArithmeticKind.Add), x, number);
        using var module = new GraphModule(graph.Build(graph.Linear(graph.Flatten(x), "scores", 3)));
        var (pass, lines, labels) = Lines(module, rand(2, 2, 3, 3));
        var (middle, radius) = pass.Margins(labels);
        Near(middle + radius, lines);
    }

    /// <summary>Convolution, BatchNorm, ReLU, a sum of two paths, ReLU, drop-out, linear; shifts of both signs before the ReLUs.</summary>
    private static GraphModule Network(int channels, double shift)
    {
        manual_seed(8);
        var graph = new GraphBuilder(new InputShape(channels, 6, 6));
        var x = graph.BatchNorm(graph.Conv(graph.Input, "first", 4, Window.Square(3, 1, 1), bias: false), "norm");
        var trunk = graph.Relu(x);
        x = graph.Relu(graph.Sum(graph.Conv(trunk, "second", 4, Window.Square(3, 1, 1)), trunk));
        x = graph.Dropout(graph.Flatten(x), Dropped);
        var module = new GraphModule(graph.Build(graph.Linear(x, "scores", 3)));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var signs = tensor(new[] { 1f, -1, 1, -1 });
        module.get_parameter("norm.weight")!.copy_(tensor(new[] { 0.5f, -0.75f, 1.25f, 1 }));
        module.get_parameter("norm.bias")!.copy_(signs * shift);
        module.get_parameter("second.bias")!.copy_(signs * (-4 * shift));
        return module;
    }

    private static (Tensor Mean, Tensor Variance) Statistics(GraphModule module, Tensor x)
    {
        var z = nn.functional.conv2d(x, module.get_parameter("first.weight")!, padding: [1, 1]);
        return (z.mean([0, 2, 3]), z.var([0, 2, 3], unbiased: false));
    }

    private static (IntervalPass Pass, Tensor Lines, Tensor Labels) Lines(GraphModule module, Tensor x)
    {
        var pass = new IntervalPass(module, x, x - Budget, x + Budget, sums: true);
        var labels = arange(x.shape[0], ScalarType.Int64).remainder(3);
        var (slot, rows, shift) = pass.Functions(labels);
        var lines = BackwardPass.Most(pass, slot, rows);
        return (pass, shift is null ? lines : lines + shift, labels);
    }

    /// <summary>Bounds against the value and the slopes of a network that is linear between the corners.</summary>
    private static void IsExact(GraphModule module, Tensor x, GraphModule linear)
    {
        var (pass, found, labels) = Lines(module, x);
        Assert.All(pass.BeforeRelu, z => Assert.True(z.Lower.gt(0).logical_or(z.Upper.lt(0)).all().item<bool>()));
        var centre = x.alias().requires_grad_();
        var differences = Differences(Scores(pass, linear, centre), labels);
        for (var k = 0; k < 2; k++)
        {
            var slopes = autograd.grad([differences.select(1, k).sum()], [centre], retain_graph: true)[0];
            Near(differences.select(1, k) + (slopes.abs().flatten(1).sum(1) * Budget), found.select(1, k));
        }
    }

    /// <summary>The scores, under the mask that the pass drew.</summary>
    private static Tensor Scores(IntervalPass pass, GraphModule linear, Tensor x)
    {
        var mask = pass
            .Module.Steps.Where(s => s.Op is Dropout)
            .Select(s => pass.Of(s.Output)!.Mask)
            .SingleOrDefault((Tensor?)null);
        if (mask is null)
        {
            return linear.call(x);
        }
        Tensor? value = null;
        var values = linear.Weights();
        values[0] = x;
        foreach (var step in linear.Steps)
        {
            value = step.Op.Apply([.. step.Inputs.Select(slot => values[slot]!)], training: false);
            values[step.Output] = step.Op is Dropout ? value * mask : value;
        }
        return value!;
    }

    private static Tensor Differences(Tensor scores, Tensor labels) =>
        scores.gather(1, IntervalPass.Others(labels, 3)) - scores.gather(1, labels.unsqueeze(1));

    private static void Near(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.True(
            (expected - found).abs().max().item<float>() <= Tolerance * (1 + expected.abs().max().item<float>())
        );
    }
}
