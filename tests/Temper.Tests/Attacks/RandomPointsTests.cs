using Temper.Attacks;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>Points drawn at random: how often they are wrong and how long they are is known beforehand.</summary>
public sealed class RandomPointsTests
{
    private const int Count = 4000;

    /// <summary>Of a single value, wrong from 0.5 + t on, in a ball of 0.2.</summary>
    [Theory]
    [InlineData("uniform-noise", 0.1, 1, 0.25)]
    [InlineData("uniform-noise", 0.1, 3, 1 - (0.75 * 0.75 * 0.75))]
    [InlineData("gaussian-noise", 0.1, 1, 0.308538)]
    [InlineData("gaussian-noise", 0.1, 2, 1 - (0.691462 * 0.691462))]
    public void The_share_broken_is_that_of_the_distribution(string id, double threshold, int points, double expected)
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 0 },
                { 1 },
            },
            [(float)(0.5 + threshold), 0],
            new InputShape(1, 1, 1)
        );
        using var batch = Halves(new InputShape(1, 1, 1), Count);
        using var result = Create(id, points).Run(new LabelsOnly(model), batch, Threat("linf:0.2"), new Rng(0));
        var share = result.Broken.Count(b => b) / (double)Count;
        // Five standard deviations of a count of coins.
        Assert.Equal(expected, share, 5 * Math.Sqrt(expected * (1 - expected) / Count));
        Assert.All(
            result.Broken.Zip(result.Forwards),
            p => Assert.True(p.First ? p.Second <= points + 1 : p.Second == points + 1)
        );
        Assert.All(result.Gradients, g => Assert.Equal(0, g));
    }

    /// <summary>Half the standard deviation that uses the budget up, so that hardly anything is cut.</summary>
    [Theory]
    [InlineData("l2:0.2", 0.5)]
    [InlineData("l1:2", 0.5)]
    [InlineData("linf:0.2", 0.2)]
    public void Normal_noise_has_the_length_its_factor_says(string text, double factor)
    {
        var shape = new InputShape(2, 10, 10);
        using var model = Toy.Linear(new float[2, shape.Values], [1, 0], shape);
        using var batch = Halves(shape, 50);
        var threat = Threat(text);
        using var result = new GaussianNoise(new() { Points = 1, Sigma = factor }).Run(
            model,
            batch,
            threat,
            new Rng(0)
        );
        using var scope = NewDisposeScope();
        var noise = Tensors.ToArray<float>(result.Inputs - batch.Inputs);
        var epsilon = threat.Epsilon.Value;
        var deviation = Math.Sqrt(noise.Average(v => (double)v * v));
        var expected = factor * (threat.Norm == "linf" ? epsilon : threat.Spread(shape.Values));
        Assert.Equal(expected, deviation, 0.03 * expected);
        if (threat.Norm != "linf")
        {
            Assert.Equal(factor * epsilon, result.Distances.Average(), 0.03 * epsilon);
        }
    }

    [Fact]
    public void Under_L0_as_many_values_change_as_may()
    {
        var shape = new InputShape(1, 5, 5);
        using var model = Toy.Linear(new float[2, shape.Values], [1, 0], shape);
        using var batch = Halves(shape, 20);
        foreach (var id in (string[])["uniform-noise", "gaussian-noise"])
        {
            using var result = Create(id, 4).Run(model, batch, Threat("l0:6"), new Rng(0));
            Assert.All(result.Distances, d => Assert.Equal(6, d));
        }
    }

    [Theory]
    [InlineData("uniform-noise")]
    [InlineData("gaussian-noise")]
    public void Examples_queries_restarts_and_training_steps_have_points_of_their_own(string id)
    {
        var shape = new InputShape(1, 4, 4);
        using var model = Toy.Linear(new float[2, shape.Values], [1, 0], shape);
        using var batch = Halves(shape, 2);
        using var scope = NewDisposeScope();
        // Nothing is broken, so what comes back is the last point drawn in the first restart.
        using var one = Create(id, 1).Run(model, batch, Threat("linf:0.2"), new Rng(0));
        using var two = Create(id, 2).Run(model, batch, Threat("linf:0.2"), new Rng(0));
        using var second = Create(id, 1).RunRestart(model, batch, Threat("linf:0.2"), new Rng(0), 1, default);
        using var other = Create(id, 1).Run(model, batch, Threat("linf:0.2"), new Rng(1));
        using var trained = Create(id, 9).Perturb(model, batch, Threat("linf:0.2"), new Rng(0), 1);
        using var later = Create(id, 9).Perturb(model, batch, Threat("linf:0.2"), new Rng(0), 2);
        float[][] drawn =
        [
            .. new[] { one.Inputs, two.Inputs, second.Inputs, other.Inputs, trained, later }.SelectMany(t =>
                Tensors.ToArray<float>(t).Chunk(shape.Values)
            ),
        ];
        Assert.Equal(12, drawn.Select(row => string.Join(' ', row)).Distinct().Count());
    }

    private static Attack Create(string id, int points) =>
        id == "uniform-noise"
            ? new UniformNoise(new() { Points = points })
            : new GaussianNoise(new() { Points = points });

    private static ThreatModel Threat(string text) => ThreatModel.Parse(text);

    private static Temper.Data.Batch Halves(InputShape shape, int count) =>
        new(
            full([count, shape.Channels, shape.Height, shape.Width], 0.5f),
            zeros([count], dtype: ScalarType.Int64),
            [.. Enumerable.Range(0, count).Select(i => (long)i)]
        );
}
