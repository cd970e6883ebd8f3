using Temper.Losses;
using static TorchSharp.torch;

namespace Temper.Tests.Losses;

/// <summary>The losses that inner searches of training methods ascend: values by hand, slopes by differences.</summary>
public sealed class TrainingLossTests
{
    private const int Rows = 8;
    private const int Classes = 5;

    public static TheoryData<string> All() => ["kl", "gap", "gap+ce", "nuclear", "nuclear-0", "soft-margin"];

    [Theory]
    [MemberData(nameof(All))]
    public void The_slope_is_that_of_the_sum(string id)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var clean = randn([Rows, Classes], dtype: ScalarType.Float64, generator: generator);
        var logits = clean + randn([Rows, Classes], dtype: ScalarType.Float64, generator: generator);
        var labels = arange(Rows, dtype: ScalarType.Int64) % Classes;
        var loss = Make(id, clean);
        var (values, slope) = loss.WithSlope(logits, labels);
        Assert.Equal([Rows], values.shape);
        Assert.False(values.requires_grad || slope.requires_grad);
        Assert.True(allclose(values, loss.PerExample(logits, labels)));
        for (var at = 0; at < Rows * Classes; at++)
        {
            var shift = zeros_like(logits);
            shift[at / Classes, at % Classes] = 1e-6;
            var difference =
                loss.PerExample(logits + shift, labels).sum() - loss.PerExample(logits - shift, labels).sum();
            Assert.Equal(difference.item<double>() / 2e-6, slope[at / Classes, at % Classes].item<double>(), 1e-6);
        }
    }

    [Fact]
    public void Values_are_those_of_the_formulas()
    {
        using var scope = NewDisposeScope();
        // Probabilities 1/2, 1/2 and 3/4, 1/4.
        var clean = zeros(1, 2);
        var other = tensor(
            new[,]
            {
                { Math.Log(3), 0 },
            },
            dtype: ScalarType.Float32
        );
        var labels = tensor([1L]);
        double Value(AttackLoss loss) => loss.PerExample(other, labels).item<float>();
        Assert.Equal(
            (0.5 * Math.Log(0.5 / 0.75)) + (0.5 * Math.Log(0.5 / 0.25)),
            Value(new Divergence(clean.log_softmax(1))),
            1e-6
        );
        // Two classes apart by a quarter each, and −log 1/4.
        Assert.Equal((3 * 2 * 0.0625) + (2 * Math.Log(4)), Value(new ProbabilityGap(clean.softmax(1), 3, 2)), 1e-6);
        // One row: the norm is its length.
        Assert.Equal((2 * Math.Log(3)) + Math.Log(4), Value(new NuclearGap(clean, 2)), 1e-6);
        Assert.Equal(Math.Log(3), Value(SoftMargin.Instance), 1e-6);
    }

    [Fact]
    public void The_nuclear_norm_is_of_the_whole_batch()
    {
        using var scope = NewDisposeScope();
        // Changes in one direction add up by their squares, in two by themselves.
        var alike = tensor(
            new float[,]
            {
                { 3, 0 },
                { 4, 0 },
            }
        );
        var apart = tensor(
            new float[,]
            {
                { 3, 0 },
                { 0, 4 },
            }
        );
        Assert.Equal(5, NuclearGap.Between(alike, zeros_like(alike)).item<float>(), 1e-5f);
        Assert.Equal(7, NuclearGap.Between(apart, zeros_like(apart)).item<float>(), 1e-5f);
    }

    [Fact]
    public void Probabilities_that_vanish_leave_a_finite_divergence()
    {
        using var scope = NewDisposeScope();
        var clean = tensor(
            new float[,]
            {
                { 500, 0, -500 },
            }
        );
        var (value, slope) = new Divergence(clean.log_softmax(1)).WithSlope(-clean, tensor([0L]));
        Assert.Equal(1000, value.item<float>(), 1e-3f);
        Assert.True(slope.isfinite().all().item<bool>());
    }

    private static AttackLoss Make(string id, Tensor clean) =>
        id switch
        {
            "kl" => new Divergence(clean.log_softmax(1)),
            "gap" => new ProbabilityGap(clean.softmax(1), 1.5, 0),
            "gap+ce" => new ProbabilityGap(clean.softmax(1), 1.5, 0.5),
            "nuclear" => new NuclearGap(clean, 2),
            "nuclear-0" => new NuclearGap(clean, 0),
            _ => SoftMargin.Instance,
        };
}
