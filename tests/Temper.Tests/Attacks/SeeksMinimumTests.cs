using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>What the base class does with a wrong point beyond the budget.</summary>
public sealed class SeeksMinimumTests
{
    [Theory]
    [InlineData(true, 0.6)]
    [InlineData(false, 0.1)]
    public void A_far_point_stays_where_the_minimum_is_sought_and_is_projected_elsewhere(bool seeks, double distance)
    {
        using var model = Model();
        using var batch = Batch();
        using var result = new Fixed(seeks, 0.8f).Run(model, batch, ThreatModel.Parse("linf:0.1"), new Rng(0));
        Assert.Equal(distance, result.Distances[0], 1e-6);
        Assert.False(result.Broken[0]);
    }

    [Fact]
    public void A_near_enough_point_is_broken_and_a_point_outside_the_box_is_moved_in()
    {
        using var model = Model();
        using var batch = Batch();
        using var near = new Fixed(true, 0.8f).Run(model, batch, ThreatModel.Parse("linf:0.7"), new Rng(0));
        Assert.True(near.Broken[0]);
        using var outside = new Fixed(true, 3f).Run(model, batch, ThreatModel.Parse("linf:0.9"), new Rng(0));
        Assert.True(outside.Broken[0]);
        Assert.Equal(0.8, outside.Distances[0], 1e-6);
    }

    [Fact]
    public void The_nearer_of_two_restarts_is_kept_beyond_the_budget()
    {
        using var model = Model();
        using var batch = Batch();
        var attack = new Fixed(true, 0.9f, 0.7f, 0.8f, 0.2f);
        using var result = attack.Run(model, batch, ThreatModel.Parse("linf:0.1"), new Rng(0));
        Assert.Equal(0.5, result.Distances[0], 1e-6);
        Assert.False(result.Broken[0]);
    }

    /// <summary>Wrong from 0.5 on.</summary>
    private static ModuleClassifier Model() =>
        Toy.Linear(
            new float[,]
            {
                { 0 },
                { 1 },
            },
            [0.5f, 0],
            new InputShape(1, 1, 1)
        );

    private static Temper.Data.Batch Batch() => new(full([1, 1, 1, 1], 0.2f), zeros([1], dtype: ScalarType.Int64), [0]);

    private sealed class Fixed(bool seeks, params float[] points)
        : Attack(new FixedOptions { Restarts = points.Length })
    {
        private int _next;

        protected override AttackLoss Loss => Margin.Instance;

        protected override bool SeeksMinimum => seeks;

        protected override Tensor Core(AttackContext context) => full_like(context.Clean, points[_next++]);
    }

    private sealed record FixedOptions : AttackOptions;
}
