using Temper.Attacks;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>On linear models the nearest wrong point is known, also where the box is in the way.</summary>
public sealed class MinimumDistanceTests
{
    private const int Count = 60;

    private static readonly InputShape Shape = new(1, 4, 5);

    public static TheoryData<string, string, int, bool, double> Cases()
    {
        var cases = new TheoryData<string, string, int, bool, double>();
        foreach (var classes in (int[])[2, 10])
        {
            foreach (var isTight in (bool[])[false, true])
            {
                cases.Add("ddn", "l2:4.4", classes, isTight, 1.02);
                cases.Add("cw", "l2:4.4", classes, isTight, 1.02);
                cases.Add("fmn", "l1:20", classes, isTight, 1.1);
                cases.Add("fmn", "l0:20", classes, isTight, 1.1);
                cases.Add("sigma-zero", "l0:20", classes, isTight, 1.1);
                foreach (var threat in (string[])["linf:1", "l2:4.4"])
                {
                    cases.Add("fab", threat, classes, isTight, 1.02);
                    cases.Add("fab-t", threat, classes, isTight, 1.02);
                    cases.Add("fmn", threat, classes, isTight, 1.02);
                    if (!isTight)
                    {
                        cases.Add("deepfool", threat, classes, isTight, 1.03);
                    }
                }
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Distances_are_those_of_the_closed_form(string id, string text, int classes, bool isTight, double factor)
    {
        var weights = Weights(classes);
        using var model = Toy.Linear(weights, new float[classes], Shape);
        // Near the faces half of the values have no room on one side.
        using var batch = isTight
            ? Toy.RightBatch(model, Count, 3, 0, 0.05)
            : Toy.RightBatch(model, Count, 3, 0.45, 0.55);
        var threat = ThreatModel.Parse(text);
        using var result = Create(id).Run(model, batch, threat, new Rng(0));
        if (id is "ddn" or "fmn" or "sigma-zero")
        {
            // What refines is part of the steps, not beside them.
            Assert.All(result.Gradients, g => Assert.Equal(100, g));
            Assert.All(result.Forwards, f => Assert.InRange(f, 100, 103));
        }
        var exact = Exact(weights, batch, threat.Norm);
        var ratios = new List<double>();
        for (var i = 0; i < Count; i++)
        {
            if (!double.IsInfinity(exact[i]))
            {
                Assert.True(result.Broken[i], $"example {i}: nothing found, {exact[i]} is possible.");
                Assert.InRange(result.Distances[i], exact[i] * (1 - 1e-4), double.PositiveInfinity);
                ratios.Add(exact[i] == 0 ? 1 : result.Distances[i] / exact[i]);
            }
        }
        ratios.Sort();
        Assert.True(ratios.Count > Count / 2);
        Assert.InRange(ratios[(int)Math.Ceiling(0.95 * ratios.Count) - 1], 1 - 1e-4, factor);
    }

    [Theory]
    [InlineData("ddn", "l2:4.4")]
    [InlineData("cw", "l2:4.4")]
    [InlineData("fmn", "l2:4.4")]
    [InlineData("fmn", "linf:1")]
    [InlineData("fmn", "l1:20")]
    [InlineData("sigma-zero", "l0:20")]
    public void Values_at_a_face_can_leave_it(string id, string text)
    {
        // All values are at faces, and the only way is inward: in tanh space such values would have no slope.
        var weights = new float[2, 20];
        for (var i = 0; i < 20; i++)
        {
            weights[1, i] = i % 2 == 0 ? 1 : -1;
        }
        using var model = Toy.Linear(weights, [15, 0], Shape);
        using var x = (arange(20) % 2).to(ScalarType.Float32).view(1, 1, 4, 5);
        using var batch = new Temper.Data.Batch(x.alias(), zeros([1], dtype: ScalarType.Int64), [0]);
        var threat = ThreatModel.Parse(text);
        using var result = Create(id).Run(model, batch, threat, new Rng(0));
        // The gap is 15 + 10, each of 20 values gains 1 at most per unit of its way; so no way leads there.
        Assert.False(result.Broken[0]);
        Assert.True(Tensors.Identical(batch.Inputs, result.Inputs));
        using var near = Toy.Linear(weights, [-5.5f, 0], Shape);
        using var found = Create(id).Run(near, batch, threat, new Rng(0));
        Assert.True(found.Broken[0]);
        var exact = threat.Norm switch
        {
            "linf" => 4.5 / 20,
            "l2" => 4.5 / Math.Sqrt(20),
            "l1" => 4.5,
            _ => 5,
        };
        Assert.InRange(found.Distances[0], exact * (1 - 1e-4), exact * 1.02);
    }

    [Theory]
    [InlineData("ddn", "l2:4.4")]
    [InlineData("cw", "l2:4.4")]
    [InlineData("fmn", "linf:1")]
    [InlineData("fmn", "l0:20")]
    [InlineData("sigma-zero", "l0:20")]
    public void A_found_point_does_not_depend_on_the_rest_of_the_batch(string id, string text)
    {
        using var model = Toy.Linear(Weights(10), new float[10], Shape);
        using var batch = Toy.RightBatch(model, 7, 3, 0, 1);
        var threat = ThreatModel.Parse(text);
        using var together = Create(id).Run(model, batch, threat, new Rng(0));
        using var one = batch.Select([4]);
        using var alone = Create(id).Run(model, one, threat, new Rng(0));
        // Sums over a batch of another size may be taken in another order.
        Assert.Equal(together.Distances[4], alone.Distances[0], 1e-3 * together.Distances[4]);
    }

    private static Attack Create(string id)
    {
        var info = Catalogue.Of<Attack>().Single(a => a.Id == id);
        var options = Activator.CreateInstance(info.Options!)!;
        // Nine thousand passes show nothing on a linear model that some hundreds do not.
        return Catalogue.Create<Attack>(
            info,
            id switch
            {
                "cw" => new CarliniWagner.Options { Steps = 30 },
                "fab-t" => new FabTargeted.Options { Nearest = true },
                _ => options,
            }
        );
    }

    private static float[,] Weights(int classes)
    {
        var values = new float[classes * Shape.Height * Shape.Width];
        new Rng(5).FillNormal(values, [0], 0, 0);
        var weights = new float[classes, Shape.Height * Shape.Width];
        Buffer.BlockCopy(values, 0, weights, 0, values.Length * sizeof(float));
        return weights;
    }

    /// <summary>The shortest way to any wrong class, by bisection on how far the values are pushed.</summary>
    private static double[] Exact(float[,] weights, Temper.Data.Batch batch, string norm)
    {
        var x = Tensors.ToArray<float>(batch.Inputs);
        var labels = Tensors.ToArray<long>(batch.Labels);
        var width = weights.GetLength(1);
        var exact = new double[labels.Length];
        for (var row = 0; row < exact.Length; row++)
        {
            exact[row] = double.PositiveInfinity;
            for (var k = 0; k < weights.GetLength(0); k++)
            {
                if (k != labels[row])
                {
                    var slope = new double[width];
                    for (var i = 0; i < width; i++)
                    {
                        slope[i] = weights[k, i] - weights[labels[row], i];
                    }
                    exact[row] = Math.Min(exact[row], Oracle(slope, x.AsSpan(row * width, width).ToArray(), norm));
                }
            }
        }
        return exact;
    }

    private static double Oracle(double[] slope, float[] x, string norm)
    {
        if (norm is "l1" or "l0")
        {
            return Greedy(slope, x, norm);
        }
        var (low, high) = (0.0, 1e6);
        if (Gap(high) < 0)
        {
            return double.PositiveInfinity;
        }
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Gap(middle) < 0 ? (middle, high) : (low, middle);
        }
        var moves = Pushed(high).Zip(x, (a, b) => Math.Abs(a - b)).ToArray();
        return norm == "linf" ? moves.Max() : Math.Sqrt(moves.Sum(m => m * m));

        double[] Pushed(double force) =>
            [.. slope.Select((s, i) => Math.Clamp(x[i] + (force * (norm == "linf" ? Math.Sign(s) : s)), 0, 1))];

        double Gap(double force) => Pushed(force).Zip(slope, (a, b) => a * b).Sum();
    }

    /// <summary>In L1 the steepest values move first, in L0 those that gain most on their whole way to the face.</summary>
    private static double Greedy(double[] slope, float[] x, string norm)
    {
        var left = -slope.Zip(x, (s, v) => s * v).Sum();
        var used = 0.0;
        var values = slope.Zip(x, (s, v) => (Size: Math.Abs(s), Room: s > 0 ? 1.0 - v : v));
        foreach (var (size, room) in values.OrderByDescending(v => norm == "l1" ? v.Size : v.Size * v.Room))
        {
            if (size * room >= left)
            {
                return used + (norm == "l1" ? left / size : 1);
            }
            used += norm == "l1" ? room : 1;
            left -= size * room;
        }
        return double.PositiveInfinity;
    }
}
