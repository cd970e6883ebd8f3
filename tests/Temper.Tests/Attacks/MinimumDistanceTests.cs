using Temper.Attacks;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Threats;

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
                foreach (var threat in (string[])["linf:1", "l2:4.4"])
                {
                    cases.Add("fab", threat, classes, isTight, 1.02);
                    cases.Add("fab-t", threat, classes, isTight, 1.02);
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
        var info = Catalogue.Of<Attack>().Single(a => a.Id == id);
        using var result = Catalogue
            .Create<Attack>(info, Activator.CreateInstance(info.Options!))
            .Run(model, batch, threat, new Rng(0));
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
}
