using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>Bytes inside ball and box: closed forms, and a search over all bytes.</summary>
public sealed class ByteGridTests
{
    [Fact]
    public void A_byte_has_the_value_that_images_have()
    {
        var grid = Grid("linf:0.1", 1);
        for (var k = 0; k <= 255; k++)
        {
            Assert.Equal(k / 255f, grid.Value((byte)k));
            Assert.Equal((byte)k, grid.Find(k / 255f));
        }
        Assert.Null(grid.Find(0.5f));
        Assert.Null(grid.Find(MathF.BitIncrement(100 / 255f)));
    }

    /// <summary>All in 255ths: where a value of 100 was moved to, and where it goes.</summary>
    [Theory]
    [InlineData("linf:8/255", 108, 108)]
    [InlineData("linf:8/255", 92, 92)]
    [InlineData("linf:8/255", 92.4, 92)]
    [InlineData("linf:8/255", 95.7, 96)]
    [InlineData("linf:0.3", 176.5, 176)]
    [InlineData("linf:1.4/255", 101.4, 101)]
    [InlineData("linf:1.4/255", 100.6, 101)]
    [InlineData("linf:0.7/255", 100.7, 100)]
    [InlineData("linf:0", 100, 100)]
    [InlineData("l2:0.3", 108.9, 108)]
    [InlineData("l2:0.3", 91.1, 92)]
    [InlineData("l1:0.3", 108.9, 108)]
    [InlineData("l0:1", 254.9, 254)]
    [InlineData("l0:1", 0, 0)]
    public void A_value_goes_to_the_nearest_byte_within_its_bound_or_towards_the_clean_one(
        string text,
        double place,
        int expected
    ) => Assert.Equal([(byte)expected], Grid(text, 1).Round([(float)(place / 255)], [100 / 255f], isLegal: true));

    [Fact]
    public void A_point_beyond_the_ball_is_not_pulled_into_it()
    {
        var grid = Grid("linf:0.1", 1);
        Assert.Equal([(byte)200], grid.Round([200.3f / 255], [100 / 255f], isLegal: false));
        Assert.False(grid.IsLegal([200], [100 / 255f]));
    }

    [Fact]
    public void What_the_spacing_of_float32_put_outside_comes_back_by_one_byte()
    {
        // The points' float32 lengths are legal up to the slack, those of the bytes are not.
        var grid = Grid("l2:0.0784313", 1);
        Assert.Equal([(byte)119], grid.Round([120 / 255f], [100 / 255f], isLegal: true));
    }

    [Theory]
    [InlineData("linf:0.1")]
    [InlineData("linf:3/255")]
    [InlineData("linf:0.001")]
    [InlineData("l2:0.3")]
    [InlineData("l1:0.5")]
    [InlineData("l0:2")]
    public void From_bytes_no_point_leaves_ball_or_box_and_none_is_farther(string text)
    {
        const int Points = 300;
        const int Values = 5;
        var random = new Draws(3);
        var threat = ThreatModel.Parse(text);
        var grid = Grid(text, Values);
        using var scope = NewDisposeScope();
        int[] homes = [.. Enumerable.Range(0, Points * Values).Select(i => i % 7 == 0 ? 255 : random.Next(256))];
        float[] clean = [.. homes.Select(k => k / 255f)];
        float[] moved = [.. clean.Select(c => c + ((random.NextSingle() - 0.5f) * 0.4f))];
        var centre = tensor(clean, [Points, Values]);
        var points = Tensors.ToArray<float>(threat.Project(tensor(moved, [Points, Values]), centre));
        for (var row = 0; row < Points; row++)
        {
            var part = new Range(row * Values, (row + 1) * Values);
            var (x, home) = (points[part], homes[part]);
            var bytes = grid.Round(x, clean[part], isLegal: true);
            // Whole numbers times a constant: no rounding but that of the sums.
            double[] changes = [.. bytes.Zip(home, (k, h) => Math.Abs(k - h) / 255.0)];
            Assert.InRange(Length(changes, threat.Norm), 0, threat.Epsilon.Value + 1e-12);
            Assert.True(grid.IsLegal(bytes, clean[part]));
            Assert.Equal(Length(changes, threat.Norm), grid.Distance(bytes, clean[part]), 1e-12);
            for (var i = 0; i < Values; i++)
            {
                if (threat.Norm == "linf")
                {
                    var legal = Enumerable
                        .Range(0, 256)
                        .Where(k => Math.Abs(k - home[i]) / 255.0 <= threat.Epsilon.Value);
                    var best = legal.Min(k => Math.Abs((k / 255.0) - x[i]));
                    Assert.Equal(best, Math.Abs((bytes[i] / 255.0) - x[i]), 1e-7);
                }
                else
                {
                    Assert.True(changes[i] <= Math.Abs(x[i] - (home[i] / 255.0)) + 1e-7);
                }
            }
        }
    }

    [Fact]
    public void Around_a_value_between_bytes_there_may_be_no_legal_byte()
    {
        var grid = Grid("linf:0.001", 1);
        Assert.False(grid.IsLegal(grid.Round([0.5f], [0.5f], isLegal: true), [0.5f]));
        grid = Grid("linf:0.002", 1);
        Assert.True(grid.IsLegal(grid.Round([0.5f], [0.5f], isLegal: true), [0.5f]));
    }

    [Fact]
    public void Bytes_span_whatever_box_there_is()
    {
        var grid = new ByteGrid(ThreatModel.Parse("linf:0.02", new PixelRange(-1, 1)), [1]);
        Assert.Equal((-1f, 1f), (grid.Value(0), grid.Value(255)));
        // Two 255ths of a box of width 2 are 0.0157.
        Assert.Equal([(byte)102], grid.Round([grid.Value(100) + 0.019f], [grid.Value(100)], isLegal: true));
    }

    private static ByteGrid Grid(string text, long values) => new(ThreatModel.Parse(text), [values]);

    private static double Length(double[] changes, string norm) =>
        norm switch
        {
            "linf" => changes.Max(),
            "l2" => Math.Sqrt(changes.Sum(c => c * c)),
            "l1" => changes.Sum(),
            _ => changes.Count(c => c != 0),
        };
}
