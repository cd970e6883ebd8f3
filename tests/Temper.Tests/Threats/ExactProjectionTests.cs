using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>Projections onto ball ∩ box against independent solutions, and a million points per norm that must be legal in float64.</summary>
public sealed class ExactProjectionTests
{
    private static readonly (double Low, double High)[] Boxes = [(0, 1), (-1, 1), (-1.7, 2.3), (0, 255), (0.1, 0.3)];

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
            var box = Boxes[round % Boxes.Length];
            var (centre, x) = Draw(random, values, box);
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
        var random = new Draws(5);
        for (var round = 0; round < 200; round++)
        {
            var (centre, x) = Draw(random, 6, (0, 1));
            var epsilon = random.NextDouble();
            var text = $"{norm}:{epsilon:R}";
            var p = Project(text, x, centre, (0, 1));
            for (var other = 0; other < 50; other++)
            {
                var q = Project(text, Draw(random, 6, (0, 1)).X, centre, (0, 1));
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
            var box = Boxes[round % Boxes.Length];
            var (centre, x) = Draw(random, Values, box);
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
            var (centre, x) = Draw(random, 9, (0, 1));
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
        Assert.True(IsLegal(norm, Project($"{norm}:1", x, centre, (0, 1)), centre, 1, (0, 1)));
    }

    /// <summary>Random shapes, boxes and budgets; centres on faces, candidates far out, tiny and denormal values.</summary>
    [Theory]
    [InlineData("linf")]
    [InlineData("l2")]
    [InlineData("l1")]
    [InlineData("l0")]
    public void A_million_projected_points_are_legal_in_float64(string norm)
    {
        const int Points = 1_000_000;
        const int Batch = 10_000;
        var random = new Draws(8);
        for (var done = 0; done < Points; done += Batch)
        {
            var box = Boxes[random.Next(Boxes.Length)];
            var values = random.Next(1, 13);
            var width = box.High - box.Low;
            var epsilon = norm switch
            {
                "l0" => random.Next(values + 1),
                _ => random.Next(8) switch
                {
                    0 => 0,
                    1 => 1e-42,
                    2 => width * 1e-7 * random.NextDouble(),
                    _ => width * random.NextDouble() * random.NextDouble(),
                },
            };
            var centres = new float[Batch * values];
            var points = new float[Batch * values];
            for (var i = 0; i < Batch; i++)
            {
                var (c, p) = Draw(random, values, box);
                c.CopyTo(centres, i * values);
                p.CopyTo(points, i * values);
            }
            using var scope = NewDisposeScope();
            var threat = ThreatModel.Parse($"{norm}:{epsilon:R}", new PixelRange(box.Low, box.High));
            var centre = tensor(centres, [Batch, values]);
            var projected = threat.Project(tensor(points, [Batch, values]), centre);
            var found = projected.data<float>().ToArray();
            var contained = threat.Contains(projected, centre, slack: 0);
            for (var i = 0; i < Batch; i++)
            {
                var part = new Range(i * values, (i + 1) * values);
                Assert.True(contained[i]);
                Assert.True(
                    IsLegal(norm, found[part], centres[part], epsilon, box),
                    $"{norm}:{epsilon:R} box {box}: {string.Join(' ', found[part])} around {string.Join(' ', centres[part])}"
                );
            }
        }
    }

    private static bool IsLegal(
        string norm,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> centre,
        double epsilon,
        (double Low, double High) box
    )
    {
        var length = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var change = Math.Abs((double)x[i] - centre[i]);
            length = norm switch
            {
                "linf" => Math.Max(length, change),
                "l2" => length + (change * change),
                "l1" => length + change,
                _ => length + (change != 0 ? 1 : 0),
            };
            if (!(x[i] >= box.Low && x[i] <= box.High))
            {
                return false;
            }
        }
        return (norm == "l2" ? Math.Sqrt(length) : length) <= epsilon;
    }

    private static float[] Project(string text, float[] x, float[] centre, (double Low, double High) box)
    {
        using var scope = NewDisposeScope();
        var threat = ThreatModel.Parse(text, new PixelRange(box.Low, box.High));
        return threat.Project(tensor(x).view(1, -1), tensor(centre).view(1, -1)).data<float>().ToArray();
    }

    private static (float[] Centre, float[] X) Draw(Draws random, int values, (double Low, double High) box)
    {
        var (low, high) = Faces(box);
        var (centre, x) = (new float[values], new float[values]);
        var width = (float)(box.High - box.Low);
        for (var i = 0; i < values; i++)
        {
            centre[i] = random.Next(8) switch
            {
                0 => low,
                1 => high,
                2 => Math.Clamp(1e-41f, low, high),
                _ => Math.Clamp(low + (random.NextSingle() * width), low, high),
            };
            x[i] = random.Next(8) switch
            {
                0 => centre[i],
                1 => centre[i] + 1e-43f,
                2 => centre[i] + ((random.NextSingle() - 0.5f) * width * 1e-6f),
                3 => centre[i] + ((random.NextSingle() - 0.5f) * width * 1000),
                _ => centre[i] + ((random.NextSingle() - 0.5f) * width * 3),
            };
        }
        return (centre, x);
    }

    private static double[] Bisected(float[] x, float[] centre, double epsilon, (double Low, double High) box)
    {
        var (lowest, highest) = Faces(box);
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

    private static (float Low, float High) Faces((double Low, double High) box)
    {
        var (low, high) = ((float)box.Low, (float)box.High);
        return (low < box.Low ? MathF.BitIncrement(low) : low, high > box.High ? MathF.BitDecrement(high) : high);
    }

    private static double Square(double value) => value * value;

    /// <summary>Keyed draws, one after another.</summary>
    private sealed class Draws(ulong seed)
    {
        private readonly Rng _rng = new(seed);
        private readonly float[] _piece = new float[4096];
        private int _taken = 4096;
        private uint _pieces;

        public float NextSingle()
        {
            if (_taken == _piece.Length)
            {
                _rng.FillUniform(_piece, [0], 0, _pieces++);
                _taken = 0;
            }
            return _piece[_taken++];
        }

        public double NextDouble() => NextSingle();

        public int Next(int below) => (int)(NextSingle() * below);

        public int Next(int from, int below) => from + Next(below - from);
    }
}
