using Temper.Models.Graphs.Ops;
using Temper.Training.Certified;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Intervals through operators that are done another way than one by one.</summary>
public sealed class IntervalRulesTests
{
    private const double Tolerance = 1e-4;

    /// <summary>BatchNorm scales the weights of the convolution before it; values and gradients are those of the formula.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void BatchNorm_after_a_convolution_is_the_formula(bool training, bool bias)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var conv = new Conv(Window.Square(3, stride: 2, pad: 1), Groups: 2);
        var (weight, shift) = (Leaf(6, 2, 3, 3), Leaf(6));
        // Factors of both signs, and statistics that are not those of a fresh network.
        var norm = new[] { Leaf(6), Leaf(6), randn(6), rand(6) + 0.5f };
        var x = Enclosure.Around(randn(5, 4, 7, 7), randn(5, 4, 7, 7), rand(5, 4, 7, 7));
        Tensor[] layer = bias ? [weight, shift] : [weight];

        var before = IntervalRules.Apply(conv, [(null, x), .. Stored(layer)], training, sums: false);
        var found = IntervalRules.Apply(new BatchNorm(), [(null, before), .. Stored(norm)], training, sums: false);

        var nominal = conv.Apply([x.Nominal, .. layer], training: false);
        var (mean, variance) = training
            ? (nominal.mean([0, 2, 3]), nominal.var([0, 2, 3], unbiased: false))
            : (norm[2], norm[3]);
        Tensor Wide(Tensor t) => t.view(1, 6, 1, 1);
        var factor = Wide(norm[0]) / (Wide(variance) + 1e-5).sqrt();
        var middle = ((conv.Apply([x.Middle, .. layer], training: false) - Wide(mean)) * factor) + Wide(norm[1]);
        var radius = conv.Apply([x.Radius, weight.abs()], training: false) * factor.abs();
        Near(middle, found.Middle);
        Near(radius, found.Radius);
        var (one, two) = (randn_like(middle), randn_like(radius));
        Tensor[] leaves = bias ? [weight, shift, norm[0], norm[1]] : [weight, norm[0], norm[1]];
        var expected = autograd.grad([(middle * one).sum() + (radius * two).sum()], leaves);
        var gradients = autograd.grad([(found.Middle * one).sum() + (found.Radius * two).sum()], leaves);
        Assert.All(expected.Zip(gradients), pair => Near(pair.First, pair.Second));
    }

    /// <summary>A linear layer over rows of values puts its results last, where a BatchNorm's channels are not.</summary>
    [Fact]
    public void BatchNorm_after_a_linear_layer_over_rows_is_the_formula()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var weight = randn(4, 5);
        var norm = new[] { randn(4), randn(4), randn(4), rand(4) + 0.5f };
        var x = Enclosure.Around(randn(2, 4, 5), randn(2, 4, 5), rand(2, 4, 5));
        var before = IntervalRules.Apply(new Linear(), [(null, x), .. Stored([weight])], training: false, sums: false);
        var found = IntervalRules.Apply(
            new BatchNorm(),
            [(null, before), .. Stored(norm)],
            training: false,
            sums: false
        );
        var factor = (norm[0] / (norm[3] + 1e-5).sqrt()).view(1, 4, 1);
        var middle = ((x.Middle.matmul(weight.t()) - norm[2].view(1, 4, 1)) * factor) + norm[1].view(1, 4, 1);
        Near(middle, found.Middle);
        Near(x.Radius.matmul(weight.abs().t()) * factor.abs(), found.Radius);
    }

    /// <summary>What is added may have more values than what it is added to.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sums_that_grow_go_through_a_ReLU(bool numberFirst)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (m, r, added) = (randn(2, 3, 1, 1), rand(2, 3, 1, 1), randn(1, 3, 4, 4));
        var x = Enclosure.Around(m, m, r);
        (Tensor?, Enclosure?)[] inputs = numberFirst ? [(added, null), (null, x)] : [(null, x), (added, null)];
        var moved = IntervalRules.Apply(new Arithmetic(ArithmeticKind.Sub), inputs, training: false, sums: false);
        var found = IntervalRules.Apply(new Relu(), [(null, moved)], training: false, sums: true);
        var (low, high) = numberFirst ? (added - (m + r), added - (m - r)) : (m - r - added, m + r - added);
        Near(low.relu(), found.Lower);
        Near(high.relu(), found.Upper);
    }

    private static Tensor Leaf(params long[] shape) => randn(shape).requires_grad_();

    private static IEnumerable<(Tensor?, Enclosure?)> Stored(IEnumerable<Tensor> tensors) =>
        tensors.Select(t => ((Tensor?)t, (Enclosure?)null));

    private static void Near(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.True(
            (expected - found).abs().max().item<float>() <= Tolerance * (1 + expected.abs().max().item<float>())
        );
    }
}
