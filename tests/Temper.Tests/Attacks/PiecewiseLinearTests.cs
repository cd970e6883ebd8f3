using Temper.Attacks;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>
/// On small networks of one hidden layer and two inputs the nearest wrong point is known: in each of the polygons that the units
/// cut from the box the network is linear, and what it gets wrong there is a polygon as well.
/// </summary>
public sealed class PiecewiseLinearTests
{
    private const int Nets = 2;
    private const int Units = 6;
    private const int Classes = 3;
    private const int Examples = 25;

    private static readonly InputShape Shape = new(1, 1, 2);

    [Theory]
    [InlineData("fmn", "l2:1.414")]
    [InlineData("fmn", "linf:1")]
    [InlineData("fab", "l2:1.414")]
    [InlineData("fab", "linf:1")]
    [InlineData("cw", "l2:1.414")]
    [InlineData("ddn", "l2:1.414")]
    public void Distances_are_those_of_all_regions_searched_one_by_one(string id, string text)
    {
        var threat = ThreatModel.Parse(text);
        var ratios = new List<double>();
        for (var seed = 0; seed < Nets; seed++)
        {
            var net = new Net(seed);
            using var model = net.Classifier();
            using var batch = Toy.RightBatch(model, Examples, seed, 0, 1);
            using var result = Create(id).Run(model, batch, threat, new Rng(0));
            var x = Tensors.ToArray<float>(batch.Inputs);
            var labels = Tensors.ToArray<long>(batch.Labels);
            for (var i = 0; i < Examples; i++)
            {
                var exact = net.Distance((x[2 * i], x[(2 * i) + 1]), (int)labels[i], threat.Norm);
                if (!double.IsInfinity(exact))
                {
                    var found = result.Broken[i] ? result.Distances[i] : double.PositiveInfinity;
                    Assert.InRange(found, exact - 1e-4, double.PositiveInfinity);
                    ratios.Add(found / exact);
                }
            }
        }
        ratios.Sort();
        Assert.True(ratios.Count > Nets * Examples / 2);
        Assert.InRange(ratios[ratios.Count / 2], 0.99, 1.05);
    }

    [Theory]
    [InlineData("ddn", "l2:1.414")]
    [InlineData("fmn", "l2:1.414")]
    [InlineData("fmn", "linf:1")]
    [InlineData("fmn", "l1:2")]
    public void A_start_without_a_gradient_is_left(string id, string text)
    {
        // The only unit wakes up at 0.5, and the class changes at 0.625; no slope tells so at 0.1.
        var (first, second) = (nn.Linear(2, 1), nn.Linear(1, 2));
        using (no_grad())
        {
            first.weight!.copy_(
                tensor(
                    new float[,]
                    {
                        { 1, 0 },
                    }
                )
            );
            first.bias!.fill_(-0.5);
            second.weight!.copy_(
                tensor(
                    new float[,]
                    {
                        { 0 },
                        { 4 },
                    }
                )
            );
            second.bias!.copy_(tensor(new float[] { 0.5f, 0 }));
        }
        var layers = nn.Sequential(("flat", nn.Flatten()), ("hidden", first), ("relu", nn.ReLU()), ("scores", second));
        using var model = new ModuleClassifier(layers, Shape, 2);
        using var x = full([5, 1, 1, 2], 0.1f);
        using var batch = new Temper.Data.Batch(x.alias(), zeros([5], dtype: ScalarType.Int64), [0, 1, 2, 3, 4]);
        using var result = Create(id).Run(model, batch, ThreatModel.Parse(text), new Rng(0));
        Assert.All(result.Broken, Assert.True);
        Assert.All(result.Distances, d => Assert.InRange(d, 0.525 - 1e-4, 0.525 * 1.02));
    }

    private static Attack Create(string id)
    {
        var info = Catalogue.Of<Attack>().Single(a => a.Id == id);
        var options = Activator.CreateInstance(info.Options!)!;
        return Catalogue.Create<Attack>(info, id == "cw" ? new CarliniWagner.Options { Steps = 30 } : options);
    }

    private sealed class Net
    {
        private readonly float[] _hidden = new float[Units * 3];
        private readonly float[] _scores = new float[Classes * (Units + 1)];

        public Net(int seed)
        {
            new Rng(11).FillNormal(_hidden, [seed], 0, 0);
            new Rng(12).FillNormal(_scores, [seed], 0, 0);
            for (var k = 0; k < Classes; k++)
            {
                _scores[(k * (Units + 1)) + Units] = 0;
            }
            for (var unit = 0; unit < Units; unit++)
            {
                // Units switch within the box, not somewhere beyond it, and classes meet in its middle.
                var middle = (_hidden[3 * unit] + _hidden[(3 * unit) + 1]) / 2;
                _hidden[(3 * unit) + 2] = (0.2f * _hidden[(3 * unit) + 2]) - middle;
                for (var k = 0; k < Classes; k++)
                {
                    var at = k * (Units + 1);
                    _scores[at + Units] -= _scores[at + unit] * Math.Max(0, middle + _hidden[(3 * unit) + 2]);
                }
            }
        }

        public ModuleClassifier Classifier()
        {
            var (first, second) = (nn.Linear(2, Units), nn.Linear(Units, Classes));
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var (hidden, scores) = (tensor(_hidden, [Units, 3]), tensor(_scores, [Classes, Units + 1]));
            first.weight!.copy_(hidden[.., ..2]);
            first.bias!.copy_(hidden[.., 2]);
            second.weight!.copy_(scores[.., ..Units]);
            second.bias!.copy_(scores[.., Units]);
            var layers = nn.Sequential(
                ("flat", nn.Flatten()),
                ("hidden", first),
                ("relu", nn.ReLU()),
                ("scores", second)
            );
            return new(layers, Shape, Classes);
        }

        /// <summary>The distance to the nearest point of the box with a wrong class; infinite where there is none.</summary>
        public double Distance((double X, double Y) from, int label, string norm)
        {
            var best = double.PositiveInfinity;
            for (var pattern = 0; pattern < 1 << Units; pattern++)
            {
                List<(double X, double Y)> region = [(0, 0), (1, 0), (1, 1), (0, 1)];
                for (var unit = 0; unit < Units; unit++)
                {
                    var sign = (pattern >> unit & 1) == 1 ? 1 : -1;
                    var (a, b, c) = (_hidden[3 * unit], _hidden[(3 * unit) + 1], _hidden[(3 * unit) + 2]);
                    region = Clip(region, (sign * a, sign * b, sign * c));
                }
                for (var k = 0; k < Classes && region.Count > 0; k++)
                {
                    if (k != label)
                    {
                        best = Math.Min(best, ToPolygon(from, Clip(region, Gap(pattern, k, label)), norm));
                    }
                }
            }
            return best;
        }

        private (double A, double B, double C) Gap(int pattern, int k, int label)
        {
            double Weight(int unit) => _scores[(k * (Units + 1)) + unit] - _scores[(label * (Units + 1)) + unit];
            var (a, b, c) = (0.0, 0.0, Weight(Units));
            for (var unit = 0; unit < Units; unit++)
            {
                var weight = (pattern >> unit & 1) == 1 ? Weight(unit) : 0;
                (a, b, c) = (
                    a + (weight * _hidden[3 * unit]),
                    b + (weight * _hidden[(3 * unit) + 1]),
                    c + (weight * _hidden[(3 * unit) + 2])
                );
            }
            return (a, b, c);
        }

        /// <summary>The part of a convex polygon where a·x + b·y + c ≥ 0.</summary>
        private static List<(double X, double Y)> Clip(
            List<(double X, double Y)> polygon,
            (double A, double B, double C) line
        )
        {
            var kept = new List<(double X, double Y)>();
            for (var i = 0; i < polygon.Count; i++)
            {
                var (p, q) = (polygon[i], polygon[(i + 1) % polygon.Count]);
                var (atP, atQ) = (At(p), At(q));
                if (atP >= 0)
                {
                    kept.Add(p);
                }
                if (atP >= 0 != atQ >= 0)
                {
                    var t = atP / (atP - atQ);
                    kept.Add((p.X + (t * (q.X - p.X)), p.Y + (t * (q.Y - p.Y))));
                }
            }
            return kept;

            double At((double X, double Y) v) => (line.A * v.X) + (line.B * v.Y) + line.C;
        }

        /// <summary>The distance to the edges; the point itself lies outside, since the network gets it right.</summary>
        private static double ToPolygon((double X, double Y) from, List<(double X, double Y)> polygon, string norm)
        {
            var best = double.PositiveInfinity;
            for (var i = 0; i < polygon.Count; i++)
            {
                var (p, q) = (polygon[i], polygon[(i + 1) % polygon.Count]);
                // The distance is convex along an edge.
                var (low, high) = (0.0, 1.0);
                for (var round = 0; round < 60; round++)
                {
                    var (a, b) = (low + ((high - low) / 3), high - ((high - low) / 3));
                    (low, high) = Along(a) < Along(b) ? (low, b) : (a, high);
                }
                best = Math.Min(best, Along((low + high) / 2));

                double Along(double t) => Length(p.X + (t * (q.X - p.X)) - from.X, p.Y + (t * (q.Y - p.Y)) - from.Y);
            }
            return best;

            double Length(double dx, double dy) =>
                norm == "linf" ? Math.Max(Math.Abs(dx), Math.Abs(dy)) : Math.Sqrt((dx * dx) + (dy * dy));
        }
    }
}
