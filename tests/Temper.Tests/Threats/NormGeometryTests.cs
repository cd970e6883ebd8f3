using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>Shortest moves to a hyperplane within a box, and projections onto balls, against searches by brute force.</summary>
public sealed class NormGeometryTests
{
    private const int Grid = 24;

    [Theory]
    [InlineData("linf")]
    [InlineData("l2")]
    [InlineData("l1")]
    [InlineData("l0")]
    public void No_move_on_a_grid_is_shorter(string norm)
    {
        var geometry = Of(norm);
        var draws = new float[7];
        var reached = 0;
        for (var trial = 0; trial < 60; trial++)
        {
            new Rng(1).FillUniform(draws, [trial], 0, 0);
            double[] slopes = [draws[0], trial % 5 == 0 ? 0 : draws[1], draws[2]];
            double[] room = [draws[3], draws[4], trial % 7 == 0 ? 0 : draws[5]];
            var most = slopes.Zip(room, (s, r) => s * r).Sum();
            var gain = draws[6] * most;
            var move = new double[3];
            geometry.Reach(slopes, room, gain, move);
            Assert.Equal(gain, slopes.Zip(move, (s, m) => s * m).Sum(), 1e-9);
            Assert.All(move.Zip(room), pair => Assert.InRange(pair.First, 0, pair.Second + 1e-12));
            var length = Length(move, norm);
            for (var a = 0; a <= Grid; a++)
            {
                for (var b = 0; b <= Grid; b++)
                {
                    for (var c = 0; c <= Grid; c++)
                    {
                        double[] other = [room[0] * a / Grid, room[1] * b / Grid, room[2] * c / Grid];
                        if (slopes.Zip(other, (s, m) => s * m).Sum() >= gain)
                        {
                            reached++;
                            Assert.True(Length(other, norm) >= length - 1e-9);
                        }
                    }
                }
            }
        }
        Assert.True(reached > 1000);
    }

    [Theory]
    [InlineData("linf")]
    [InlineData("l2")]
    [InlineData("l1")]
    [InlineData("l0")]
    public void Beyond_the_box_everything_that_helps_moves_as_far_as_it_can(string norm)
    {
        var move = new double[3];
        Of(norm).Reach([2, 0, 1], [0.5, 0.4, 0.25], 10, move);
        Assert.Equal([0.5, 0, 0.25], move);
    }

    [Theory]
    [InlineData("linf")]
    [InlineData("l2")]
    [InlineData("l1")]
    [InlineData("l0")]
    public void No_point_of_a_ball_is_nearer_than_the_shrunk_one(string norm)
    {
        var (draws, others) = (new float[4], new float[4 * 300]);
        for (var trial = 0; trial < 30; trial++)
        {
            new Rng(2).FillNormal(draws, [trial], 0, 0);
            new Rng(3).FillNormal(others, [trial], 0, 0);
            var radius = norm == "l0" ? trial % 5 : 0.1 + (trial % 5 / 2.0);
            using var scope = NewDisposeScope();
            var delta = tensor(draws, [1, 4]);
            var limit = full([1, 1], radius, dtype: ScalarType.Float32);
            var shrunk = Tensors.ToArray<float>(Of(norm).Shrink(delta, limit)).Select(v => (double)v).ToArray();
            Assert.InRange(Length(shrunk, norm), 0, radius * (1 + 1e-5));
            var way = Way(shrunk);
            for (var other = 0; other < 300; other++)
            {
                var point = others[(4 * other)..(4 * (other + 1))].Select(v => (double)v).ToArray();
                // As far out as the ball goes, and as sparse.
                var scale = norm == "l0" ? 1 : Math.Min(1, radius / Length(point, norm));
                point = [.. point.Select((v, i) => norm == "l0" && (i + other) % 4 >= radius ? 0 : v * scale)];
                Assert.True(Way(point) >= way - 1e-5);
            }
            double Way(double[] point) => Math.Sqrt(point.Zip(draws, (p, d) => (p - d) * (p - d)).Sum());
        }
    }

    private static NormGeometry Of(string norm) =>
        norm switch
        {
            "linf" => LinfGeometry.Instance,
            "l2" => L2Geometry.Instance,
            "l0" => L0Geometry.Instance,
            _ => L1Geometry.Instance,
        };

    private static double Length(double[] move, string norm) =>
        norm switch
        {
            "linf" => move.Max(Math.Abs),
            "l2" => Math.Sqrt(move.Sum(m => m * m)),
            "l1" => move.Sum(Math.Abs),
            _ => move.Count(m => m != 0),
        };
}
