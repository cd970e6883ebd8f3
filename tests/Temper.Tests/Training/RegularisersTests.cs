using Temper.Models;
using Temper.Models.Graphs;
using Temper.Numerics;
using Temper.Training.Certified;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>The regularisers of Shi et al. 2021 over several ReLUs, against the formula on arrays and finite differences.</summary>
public sealed class RegularisersTests
{
    private const double Tolerance = 1e-6;
    private const double Step = 1e-6;

    // Where the second ReLU has units on both sides, and where all of its units are on.
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Value_and_gradient_are_the_formula(double shift)
    {
        using var scope = NewDisposeScope();
        using var module = Network(shift);
        var x = rand(6, 1, 2, 3);
        var fused = Regularisers.Of(Pass(module, x));
        module.to(ScalarType.Float64);
        x = x.to(ScalarType.Float64);
        var pass = Pass(module, x);
        var found = Regularisers.Of(pass);
        var expected = Formula(pass);
        Assert.True(expected > 0.1);
        Assert.Equal(expected, found.item<double>(), Tolerance);
        Assert.Equal(expected, fused.item<float>(), 1e-4);
        Assert.Equal(shift > 0, Values(pass)[1].Middle.Zip(Values(pass)[1].Radius).All(u => u.First > u.Second));

        var weight = module.get_parameter("first.weight")!;
        var slopes = Tensors.ToArray<double>(autograd.grad([found], [weight])[0]);
        using var noGrad = no_grad();
        for (var i = 0; i < slopes.Length; i++)
        {
            var one = weight.view(-1)[i];
            one.add_(Step);
            var above = Formula(Pass(module, x));
            one.sub_(2 * Step);
            Assert.Equal((above - Formula(Pass(module, x))) / (2 * Step), slopes[i], 1e-4);
            one.add_(Step);
        }
    }

    /// <summary>Sums that float32 cannot hold are put aside with their ReLU, and the gradient stays a number.</summary>
    [Fact]
    public void Sums_too_large_are_left_out()
    {
        using var scope = NewDisposeScope();
        using var module = Network(0);
        using (no_grad())
        {
            module.get_parameter("second.weight")!.mul_(1e21f);
        }
        var pass = Pass(module, rand(6, 1, 2, 3));
        var found = Regularisers.Of(pass);
        Assert.False(Units.Of([.. pass.BeforeRelu]).AreBoth[1].item<bool>());
        Assert.True(float.IsFinite(found.item<float>()));
        Assert.True(autograd.grad([found], [module.get_parameter("first.weight")!])[0].isfinite().all().item<bool>());
    }

    private static GraphModule Network(double shift)
    {
        manual_seed(3);
        var graph = new GraphBuilder(new InputShape(1, 2, 3));
        var x = graph.Relu(graph.Linear(graph.Flatten(graph.Input), "first", 9));
        x = graph.Relu(graph.Linear(x, "second", 5));
        var module = new GraphModule(graph.Build(graph.Linear(x, "scores", 3)));
        using var noGrad = no_grad();
        // Wide enough that something is missing, and far enough from 0 that not all units are unstable.
        module.get_parameter("first.weight")!.mul_(6);
        module.get_parameter("second.weight")!.mul_(3);
        module.get_parameter("second.bias")!.add_(shift);
        return module;
    }

    private static IntervalPass Pass(GraphModule module, Tensor x) => new(module, x, x - 0.05, x + 0.05, sums: true);

    private static (double[] Middle, double[] Radius)[] Values(IntervalPass pass) =>
        [
            .. pass.BeforeRelu.Select(z =>
                (
                    Tensors.ToArray<double>(z.Middle.to(ScalarType.Float64)),
                    Tensors.ToArray<double>(z.Radius.to(ScalarType.Float64))
                )
            ),
        ];

    private static double Formula(IntervalPass pass)
    {
        double Missing(double share) => Math.Max(0, 0.5 - share) / 0.5;
        double Ratio(double a, double b) => Math.Min(a / b, b / a);
        var first = pass.Of(0)!.Radius.mean().to(ScalarType.Float64).item<double>();
        return Values(pass)
            .Average(z =>
            {
                var (units, mean) = (z.Middle.Zip(z.Radius).ToArray(), z.Middle.Average());
                var on = units.Where(u => u.First - u.Second > 0).Select(u => u.First).ToArray();
                var off = units.Where(u => u.First + u.Second < 0).Select(u => u.First).ToArray();
                double Spread(double[] side) => side.Sum(m => (m - mean) * (m - mean));
                var tightness = Missing(first / z.Radius.Average());
                return on.Length == 0 || off.Length == 0
                    ? tightness
                    : tightness + Missing(Ratio(on.Sum(), -off.Sum())) + Missing(Ratio(Spread(on), Spread(off)));
            });
    }
}
