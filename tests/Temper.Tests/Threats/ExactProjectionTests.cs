using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>Projections onto ball ∩ box against independent solutions, and points that must be legal in float64.</summary>
public sealed class ExactProjectionTests
{
    /// <summary>The sum over values of the two-sided threshold is bisected, two hundred halvings, in float64.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(60)]
    public void L1_is_the_point_that_bisection_of_the_multiplier_finds(int values)
    {
        var random = new Draws((ulong)values);
        for (var round = 0; round < 300; round++)
        {
            var box = ProjectionSamples.Boxes[round % ProjectionSamples.Boxes.Count];
            var (centre, x) = ProjectionSamples.Draw(random, values, box);
            var epsilon = (box.High - box.Low) * values * random.NextDouble() * random.NextDouble();
            var found = Project($"l1:{epsilon:R}", x, centre, box);
            var expected = Bisected(x, centre, epsilon, box);
            for (var i = 0; i < values; i++)
            {
                // One float32 spacing: results are rounded towards the centre.
                Assert.Equal(expected[i], found[i], 1.2e-7 * Math.Max(Math.Abs(box.Low), Math.Abs(box.High)));
            }
        }
    }

    /// <summary>Nearest means: no legal point lies on the side of the candidate, (x − p)·(q − p) ≤ 0 for all legal q.</summary>
    [Theory]
    [InlineData("linf")]
    [InlineData("l2")]
    [InlineData("l1")]
    public void The_variational_inequality_holds_for_random_legal_points(string norm)
    {
        const int Values = 6;
        const int Others = 50;
        var random = new Draws(5);
        for (var round = 0; round < 200; round++)
        {
            var (centre, x) = ProjectionSamples.Draw(random, Values, (0, 1));
            var epsilon = random.NextDouble();
            var text = $"{norm}:{epsilon:R}";
            var p = Project(text, x, centre, (0, 1));
            float[] others =
            [
                .. Enumerable.Range(0, Others).SelectMany(_ => ProjectionSamples.Draw(random, Values, (0, 1)).X),
            ];
            var legal = Project(
                text,
                others,
                [.. Enumerable.Repeat(centre, Others).SelectMany(c => c)],
                (0, 1),
                Others
            );
            for (var other = 0; other < Others; other++)
            {
                var q = legal.AsSpan(other * Values, Values).ToArray();
                var product = x.Select((v, i) => ((double)v - p[i]) * ((double)q[i] - p[i])).Sum();
                // A float32 spacing of each value of p, as seen from the candidate.
                var rounding = 1.2e-7 * x.Zip(p).Sum(v => Math.Abs((double)v.First - v.Second));
                Assert.True(product <= rounding + 1e-7, $"{text}: {product} above {rounding}");
            }
        }
    }

    /// <summary>All sets of that many values are tried, each with its values clipped and all others clean.</summary>
    [Fact]
    public void L0_is_the_nearest_of_all_sets_of_values()
    {
        const int Values = 8;
        var random = new Draws(6);
        for (var round = 0; round < 300; round++)
        {
            var box = ProjectionSamples.Boxes[round % ProjectionSamples.Boxes.Count];
            var (centre, x) = ProjectionSamples.Draw(random, Values, box);
            var count = random.Next(Values + 1);
            var found = Project($"l0:{count}", x, centre, box);
            var best = double.PositiveInfinity;
            for (var set = 0; set < 1 << Values; set++)
            {
                if (int.PopCount(set) <= count)
                {
                    best = Math.Min(
                        best,
                        Enumerable
                            .Range(0, Values)
                            .Sum(i =>
                                Square(x[i] - ((set >> i & 1) == 1 ? Math.Clamp(x[i], box.Low, box.High) : centre[i]))
                            )
                    );
                }
            }
            var reached = found.Select((v, i) => Square((double)x[i] - v)).Sum();
            Assert.True(reached <= (best * (1 + 1e-6)) + 1e-9, $"{reached} against {best}");
            Assert.True(found.Zip(centre).Count(p => p.First != p.Second) <= count);
        }
    }

    [Fact]
    public void L1_keeps_the_budget_that_a_face_leaves_unused()
    {
        // The ball's own projection of (1, 0.6) onto ε = 0.6 is (0.5, 0.1), cut at the face 0.2 to a length of 0.3 only.
        var found = Project("l1:0.6", [1.8f, 0.6f], [0.8f, 0f], (0, 1));
        Assert.Equal(1f, found[0]);
        Assert.Equal(0.4f, found[1], 1e-7f);
    }

    [Theory]
    [InlineData("l1")]
    [InlineData("l0")]
    public void Projecting_twice_changes_nothing(string norm)
    {
        var random = new Draws(7);
        for (var round = 0; round < 300; round++)
        {
            var (centre, x) = ProjectionSamples.Draw(random, 9, (0, 1));
            var text = norm == "l0" ? $"l0:{random.Next(10)}" : $"l1:{random.NextDouble() * 4:R}";
            var once = Project(text, x, centre, (0, 1));
            Assert.Equal(once, Project(text, once, centre, (0, 1)));
        }
    }

    [Theory]
    [InlineData("l1")]
    [InlineData("l0")]
    public void What_is_not_a_number_or_infinite_still_gives_a_legal_point(string norm)
    {
        float[] centre = [0.2f, 0.5f, 1f, 0f];
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue];
        Assert.True(ProjectionSamples.IsLegal(norm, Project($"{norm}:1", x, centre, (0, 1)), centre, 1, (0, 1)));
    }

    [Theory]
    [InlineData("linf")]
    [InlineData("l2")]
    [InlineData("l1")]
    [InlineData("l0")]
    public void Projected_points_are_legal_in_float64(string norm) =>
        // A million of them are in the slower suite.
        ProjectionSamples.Check(norm, seed: 9, batches: 100, batch: 200);

    private static float[] Project(string text, float[] x, float[] centre, (double Low, double High) box, int rows = 1)
    {
        using var scope = NewDisposeScope();
        var threat = ThreatModel.Parse(text, new PixelRange(box.Low, box.High));
        return threat.Project(tensor(x).view(rows, -1), tensor(centre).view(rows, -1)).data<float>().ToArray();
    }

    private static double[] Bisected(float[] x, float[] centre, double epsilon, (double Low, double High) box)
    {
        var (lowest, highest) = ProjectionSamples.Faces(box);
        var (low, high) = (0.0, 1e9);
        if (Moved(0).Sum(Math.Abs) > epsilon)
        {
            for (var round = 0; round < 200; round++)
            {
                var middle = (low + high) / 2;
                (low, high) = Moved(middle).Sum(Math.Abs) > epsilon ? (middle, high) : (low, middle);
            }
        }
        return [.. Moved(low).Select((m, i) => centre[i] + m)];

        double[] Moved(double threshold) =>
            [
                .. x.Select(
                    (v, i) =>
                    {
                        var change = (double)v - centre[i];
                        var shrunk = Math.Sign(change) * Math.Max(0, Math.Abs(change) - threshold);
                        return Math.Clamp(centre[i] + shrunk, lowest, highest) - centre[i];
                    }
                ),
            ];
    }

    private static double Square(double value) => value * value;
}
