using Temper.Data;
using Temper.Models;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Loss and gradient of every method on linear networks of two and three classes, against the papers' formulas in float64.</summary>
public sealed class ClosedFormTests
{
    private const double Tolerance = 1e-6;
    private const string Union = "linf:0.1+l2:0.15+l1:0.2";

    // What a formula has at hand: the network, what it saw in train mode, the labels, the network as it was, another one.
    private delegate double Formula(Exact net, double[][][] seen, long[] y, Exact before, Exact other);

    private static readonly Dictionary<string, ((string, string)[] Options, int Passes, Formula Formula)> Known = new(
        StringComparer.Ordinal
    )
    {
        ["natural"] = ([], 1, Plain),
        ["pgd"] = ([], 1, Plain),
        ["fast"] = ([], 1, Plain),
        ["n-fgsm"] = ([], 1, Plain),
        ["fat"] = ([], 1, Plain),
        ["free"] = ([], 1, Plain),
        ["max"] = ([], 1, Plain),
        ["avg"] = ([], 1, Plain),
        ["msd"] = ([], 1, Plain),
        ["e-at"] = ([], 1, Plain),
        ["gaussian"] = ([], 1, Plain),
        // One pass over all copies, copy by copy.
        ["smooth-adv"] = ([("noises", "2")], 1, (net, seen, y, _, _) => net.CrossEntropy(seen[0], [.. y, .. y])),
        ["trades"] = (
            [("beta", "1.5")],
            2,
            (net, seen, y, _, _) => net.CrossEntropy(seen[0], y) + (1.5 * Divergence(net, seen[0], net, seen[1]))
        ),
        ["hat"] = (
            [("beta", "1.5"), ("gamma", "0.5"), ("beyond", "2")],
            3,
            (net, seen, y, _, other) =>
                net.CrossEntropy(seen[0], y)
                + (1.5 * Divergence(net, seen[0], net, seen[1]))
                + (0.5 * net.CrossEntropy(seen[2], [.. seen[1].Select(x => (long)Largest(other.Scores(x)))]))
        ),
        ["mart"] = ([("beta", "1.5")], 2, Mart),
        ["alp"] = (
            [("lambda", "0.5")],
            2,
            (net, seen, y, _, _) =>
                ((net.CrossEntropy(seen[0], y) + net.CrossEntropy(seen[1], y)) / 2)
                + (0.5 * seen[0].Zip(seen[1], (x, c) => Exact.Square(net.Scores(x), net.Scores(c))).Average())
        ),
        // The crafted inputs go first; half of the training is done, so λ was multiplied twice.
        ["gat"] = (
            [("lambda", "0.5"), ("ramp", "2"), ("noise", "0.5")],
            2,
            (net, seen, y, _, _) => net.CrossEntropy(seen[1], y) + (0.5 * 2 * 2 * Gap(net, seen[0], seen[1]))
        ),
        // Half of the training is done, so λ has grown to 5/9.
        ["nuat"] = (
            [("lambda", "1.8")],
            2,
            (net, seen, y, _, _) =>
            {
                var change = seen[0].Zip(seen[1], (c, x) => Difference(net.Scores(c), net.Scores(x))).ToArray();
                return net.CrossEntropy(seen[1], y) + (1.8 * 5 / 9 * Exact.Nuclear(change[0], change[1]) / 2);
            }
        ),
        ["score"] = (
            [("beta", "1.5")],
            2,
            (net, seen, y, _, _) =>
                seen[0].Select((x, i) => Exact.Square(net.Probabilities(x), OneHot(y[i], net.Weights.Length))).Average()
                + (1.5 * Gap(net, seen[0], seen[1]))
        ),
        // What the model answers to x is fixed in the divergence.
        ["vat"] = (
            [("alpha", "1.5")],
            3,
            (net, seen, y, before, _) =>
                net.CrossEntropy(seen[0], y) + (1.5 * Divergence(before, seen[0], net, seen[2]))
        ),
        // The gradient at x is fixed in the cosine.
        ["grad-align"] = (
            [("lambda", "0.7")],
            3,
            (net, seen, y, before, _) =>
                net.CrossEntropy(seen[1], y)
                + (
                    0.7
                    * seen[0]
                        .Select(
                            (x, i) =>
                                1 - Exact.Cosine(before.InputGradient(x, y[i]), net.InputGradient(seen[2][i], y[i]))
                        )
                        .Average()
                )
        ),
        // No boundary is as far as that, so every example counts.
        ["mma"] = (
            [("clean", "0.25"), ("distance", "10")],
            2,
            (net, seen, y, _, _) => (0.25 * net.CrossEntropy(seen[0], y)) + (0.75 * net.CrossEntropy(seen[1], y))
        ),
        ["ensemble"] = (
            [],
            2,
            (net, seen, y, _, _) => (net.CrossEntropy(seen[0], y) + net.CrossEntropy(seen[1], y)) / 2
        ),
    };

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        // Those with bounds have CertifiedTrainingTests.
        foreach (var id in ContractObjectives.Ids.Where(id => !ContractObjectives.NeedsGraph(id)))
        {
            cases.Add(id, 2);
            cases.Add(id, 3);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_the_formula(string id, int classes)
    {
        Assert.True(Known.ContainsKey(id), $"{id} has no formula here.");
        var (options, passes, formula) = Known[id];
        Check((id, options), classes, "linf:0.1", passes, formula);
    }

    [Theory]
    [InlineData("natural", 2)]
    [InlineData("max", 2)]
    [InlineData("max", 3)]
    [InlineData("msd", 2)]
    [InlineData("msd", 3)]
    [InlineData("e-at", 2)]
    [InlineData("e-at", 3)]
    public void Under_a_union_one_point_of_each_example_trains_the_weights(string id, int classes) =>
        Check((id, []), classes, Union, 1, Plain);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_average_of_a_union_is_that_of_its_members_losses(int classes) =>
        Check(
            ("avg", []),
            classes,
            Union,
            3,
            (net, seen, y, _, _) =>
                (net.CrossEntropy(seen[0], y) + net.CrossEntropy(seen[1], y) + net.CrossEntropy(seen[2], y)) / 3
        );

    private static void Check(
        (string Id, (string, string)[] Options) method,
        int classes,
        string threat,
        int passes,
        Formula formula
    )
    {
        using var model = Network(classes, turned: false);
        using var second = Network(classes, turned: true);
        using var batch = Examples(classes);
        var y = Temper.Numerics.Tensors.ToArray<long>(batch.Labels);

        var step = OneStep.Of(
            ContractObjectives.Create(method.Id, method.Options),
            model,
            batch,
            ThreatModel.Parse(threat),
            others: new ContractObjectives.Others(second)
        );

        Assert.Equal(passes, step.Trained.Count);
        double[][][] seen = [.. step.Trained.Select(Rows)];
        var (net, other) = (Double(classes, turned: false), Double(classes, turned: true));
        Assert.Equal(formula(net, seen, y, net, other), step.Loss, Tolerance);
        var expected = net.Slope(moved => formula(moved, seen, y, net, other));
        var found = step.Gradients["scores.weight"];
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static double Plain(Exact net, double[][][] seen, long[] y, Exact before, Exact other) =>
        net.CrossEntropy(seen[0], y);

    private static double Mart(Exact net, double[][][] seen, long[] y, Exact before, Exact other)
    {
        var total = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            var (p, q) = (net.Probabilities(seen[0][i]), net.Probabilities(seen[1][i]));
            var rival = q.Where((_, k) => k != y[i]).Max();
            total += -Math.Log(q[y[i]]) - Math.Log(1.0001 - rival);
            total += 1.5 * Exact.Divergence(p, q) * (1.0000001 - p[y[i]]);
        }
        return total / y.Length;
    }

    private static double Divergence(Exact one, double[][] x, Exact two, double[][] c) =>
        x.Zip(c, (u, v) => Exact.Divergence(one.Probabilities(u), two.Probabilities(v))).Average();

    private static double Gap(Exact net, double[][] one, double[][] two) =>
        one.Zip(two, (u, v) => Exact.Square(net.Probabilities(u), net.Probabilities(v))).Average();

    private static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (u, v) => u - v)];

    private static double[] OneHot(long at, int count) =>
        [.. Enumerable.Range(0, count).Select(k => k == at ? 1.0 : 0.0)];

    private static int Largest(double[] values) => Array.IndexOf(values, values.Max());

    private static double[][] Rows(float[] flat) =>
        [.. flat.Chunk(3).Select(row => row.Select(v => (double)v).ToArray())];

    private static float[,] Weights(int classes, bool turned)
    {
        float[,] all =
        {
            { 1.5f, -0.5f, 0.25f },
            { -1f, 0.75f, 0.5f },
            { 0.25f, 0.5f, -1.25f },
        };
        var some = new float[classes, 3];
        for (var k = 0; k < classes; k++)
        {
            for (var j = 0; j < 3; j++)
            {
                some[k, j] = turned ? all[(k + 1) % classes, 2 - j] : all[k, j];
            }
        }
        return some;
    }

    private static float[] Bias(int classes) => [.. ((float[])[0.125f, -0.25f, 0.0625f]).Take(classes)];

    private static ModuleClassifier Network(int classes, bool turned) =>
        Toy.Linear(Weights(classes, turned), Bias(classes), new(1, 1, 3));

    private static Exact Double(int classes, bool turned)
    {
        var weights = Weights(classes, turned);
        return new(
            [
                .. Enumerable
                    .Range(0, classes)
                    .Select(k => Enumerable.Range(0, 3).Select(j => (double)weights[k, j]).ToArray()),
            ],
            [.. Bias(classes).Select(b => (double)b)]
        );
    }

    /// <summary>Two examples, of which the model gets the first right.</summary>
    private static Batch Examples(int classes) =>
        new(tensor([0.7f, 0.3f, 0.6f, 0.6f, 0.2f, 0.45f], [2, 1, 1, 3]), tensor([0L, classes - 1L]), [4, 9]);
}
