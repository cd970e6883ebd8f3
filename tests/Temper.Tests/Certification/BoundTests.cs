using Temper.Certification;
using Temper.Certification.Branching;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Graphs.Ops;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Certification;

/// <summary>Bounds that can be computed by hand, and those of which the exact value is known.</summary>
public sealed class BoundTests
{
    private const double Close = 1e-9;

    [Theory]
    [InlineData(BoundMethod.Interval, -0.5)]
    [InlineData(BoundMethod.Crown, 0.5)]
    [InlineData(BoundMethod.AlphaCrown, 0.5)]
    public void The_line_above_a_unit_is_its_chord(BoundMethod method, double expected)
    {
        // z = 6 x − 2.5 lies in [−1, 2]; scores 2.5 and |z| = relu(z) + relu(−z). Alone the units reach 2 and 1; their chords
        // 2/3 (z + 1) and 1/3 (2 − z) reach 2 together.
        using var model = Absolute(2.5f, 1);
        Assert.Equal(expected, Margin(model, "linf:0.25", 0, method), Close);
    }

    [Theory]
    [InlineData(BoundMethod.Interval, 1)]
    [InlineData(BoundMethod.Crown, 1)]
    public void Units_of_one_sign_need_no_line(BoundMethod method, double expected)
    {
        // Score 0 is 1 and score 1 is −|z|: the margin 1 + |z| is least at z = 0, and no unit is below 0.
        using var model = Absolute(1, -1);
        Assert.Equal(expected, Margin(model, "linf:0.25", 0, method), Close);
    }

    [Fact]
    public void Chosen_slopes_reach_what_fixed_ones_do_not()
    {
        using var scope = NewDisposeScope();
        using var model = Absolute(1, -1);
        using var certifier = Certifier.Of(model);
        var known = NetworkBounds.Run(
            certifier.Graph,
            InputSet.Of(ThreatModel.Parse("linf:0.25"), Half()),
            refine: true
        );
        var rows = Temper.Certification.Margins.All([0], 2).Functions(2);
        // Fixed slopes are 1 for relu(z) and 0 for relu(−z), so 1 + z ≥ 0; with 0 and 0 the bound is 1.
        Assert.Equal(0, new LinearPass(known).Least(rows, certifier.Graph.Output).item<double>(), Close);
        var raised = new SlopeSearch(known, rows.Owner).Raise(rows, certifier.Graph.Output, 200, 0.1);
        Assert.Equal(1, raised.item<double>(), 1e-3);
    }

    [Theory]
    [InlineData(0.5, 0.5, 0.2, 1.5 - 0.6 - 0.8)]
    [InlineData(0, 0.5, 0.2, 0.5 * 4 - 0.8)]
    [InlineData(0, 0, 0.2, 0)]
    public void In_the_ball_the_box_counts(double first, double second, double radius, double expected)
    {
        // The margin is 3 x₁ + 4 x₂ (− 2): over the ball alone it falls by 5 r; at the faces nothing falls across.
        var shift = first > 0 ? -2f : 0f;
        using var model = Nets.Of(Nets.Two, g => g.Linear(g.Flatten(g.Input), "scores", 2), [3, 4, 0, 0], [shift, 0]);
        var exact = first > 0 ? (3 * first) + (4 * second) - 2 - (5 * radius) : expected;
        using var x = tensor(new[] { (float)first, (float)second }).view(1, 1, 1, 2);
        using var certifier = Certifier.Of(model);
        var bound = certifier.Margins(x, [0], new L2Threat(Epsilon.Of(radius)), BoundMethod.Crown)[0];
        Assert.InRange(bound, exact - 1e-6, exact + Close);
    }

    [Theory]
    [InlineData(6, 3)]
    [InlineData(5, 4, 3)]
    [InlineData(4, 4, 4, 2)]
    public void Each_bound_is_below_the_next_and_below_the_exact(params int[] widths)
    {
        var (decided, close) = (0, 0);
        for (var seed = 0; seed < 12; seed++)
        {
            using var scope = NewDisposeScope();
            using var model = Nets.Layered(seed, widths);
            using var certifier = Certifier.Of(model);
            var x = rand(1, 1, 1, 2);
            using var noGrad = no_grad();
            var label = (int)model.Logits(x).argmax(1).item<long>();
            var point = Tensors.ToArray<float>(x);
            foreach (var budget in (double[])[0.02, 0.1, 0.3])
            {
                var threat = new LinfThreat(Epsilon.Of(budget));
                (double, double)[] box =
                [
                    .. point.Select(v => (Math.Max(0, (double)v - budget), Math.Min(1, (double)v + budget))),
                ];
                var exact = Polygons.Margin(model, box, label);
                var bounds = ((BoundMethod[])[BoundMethod.Interval, BoundMethod.Crown, BoundMethod.AlphaCrown])
                    .Select(method => certifier.Margins(x, [label], threat, method)[0])
                    .ToArray();
                Assert.True(bounds[0] <= bounds[1] && bounds[1] <= bounds[2]);
                Assert.True(bounds[2] <= exact + Close, $"seed {seed}, {budget}: {bounds[2]} lies above {exact}.");
                close += bounds[2] > exact - 0.05 ? 1 : 0;
                var found = certifier.Decide(x, label, threat, TimeSpan.FromSeconds(20), default);
                Assert.True(found.Bound <= exact + Close);
                // Where the exact margin is far from 0, branching comes to its sign.
                if (Math.Abs(exact) > 1e-4)
                {
                    Assert.Equal(exact > 0, found.Bound > 0);
                    Assert.Equal(exact < 0, found.Counterexample is not null);
                    decided++;
                }
            }
        }
        Assert.InRange(decided, 30, 36);
        Assert.InRange(close, 9, 36);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public void Branching_needs_no_bounds_found_anew(int seed)
    {
        // As in large networks: what enters the curves is bounded once, and splits and multipliers do the rest.
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Nets.Layered(seed, 4, 4, 4, 2);
        using var certifier = Certifier.Of(model);
        var x = rand(1, 1, 1, 2);
        var label = (int)model.Logits(x).argmax(1).item<long>();
        var point = Tensors.ToArray<float>(x);
        foreach (var budget in (double[])[0.05, 0.3])
        {
            (double, double)[] box =
            [
                .. point.Select(v => (Math.Max(0, (double)v - budget), Math.Min(1, (double)v + budget))),
            ];
            var exact = Polygons.Margin(model, box, label);
            var set = InputSet.Of(new LinfThreat(Epsilon.Of(budget)), x);
            using var search = new BranchAndBound(certifier.Graph, set, label, 2, TimeSpan.FromSeconds(20), default)
            {
                MostRefined = 0,
            };
            var found = search.Run();
            Assert.True(found.Bound <= exact + Close, $"{found.Bound} lies above {exact}.");
            Assert.Equal(exact > 0, found.Bound > 0);
            Assert.Equal(exact < 0, found.Counterexample is not null);
        }
    }

    [Fact]
    public void An_operator_that_bounds_do_not_know_is_named()
    {
        using var model = Nets.Of(Nets.Two, g => g.Add(new Softmax(), g.Linear(g.Flatten(g.Input), "scores", 2)));
        using var certifier = Certifier.Of(model);
        Assert.Contains("Softmax", certifier.Problem, StringComparison.Ordinal);
        using var x = Half();
        var error = Assert.Throws<ModelException>(() =>
            certifier.Margins(x, [0], ThreatModel.Parse("linf:0.1"), BoundMethod.Crown)
        );
        Assert.Contains("Softmax", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_of_unknown_operators_is_not_bounded()
    {
        using var model = Kit.Toy.ConvNet(0);
        using var certifier = Certifier.Of(model);
        Assert.Contains("ONNX", certifier.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l1:1")]
    [InlineData("linf:0.1 target=1")]
    [InlineData("linf:0.1+l2:1")]
    public void A_threat_that_bounds_do_not_know_is_refused(string text)
    {
        using var model = Absolute(1, 1);
        using var certifier = Certifier.Of(model);
        using var x = Half();
        Assert.Throws<ThreatException>(() => certifier.Margins(x, [0], ThreatModel.Parse(text), BoundMethod.Crown));
    }

    [Theory]
    [InlineData("linf:0.1", 0.4)]
    [InlineData("linf:0.6", -0.4)]
    [InlineData("l2:0.2", 0.2)]
    public void Without_curves_every_method_is_exact(string threat, double expected)
    {
        // Scores 2 x₀ and 0.4 at x₀ = 0.5, so that the margin is 0.6 + 2 δ₀, with x₀ from 0 on.
        using var model = Nets.Of(Nets.Two, g => g.Linear(g.Flatten(g.Input), "scores", 2), [2, 0, 0, 0], [0, 0.4f]);
        Assert.Equal(expected, Margin(model, threat, 0, BoundMethod.Crown), 1e-6);
        Assert.Equal(expected, Margin(model, threat, 0, BoundMethod.AlphaCrown), 1e-6);
        using var certifier = Certifier.Of(model);
        using var x = Half();
        var found = certifier.Decide(x, 0, ThreatModel.Parse(threat), TimeSpan.FromSeconds(10), default);
        Assert.Equal(expected < 0, found.Counterexample is not null);
        Assert.Equal(expected > 0, found.Bound > 0);
    }

    [Fact]
    public void Margins_are_one_per_example()
    {
        using var model = Absolute(2.5f, 1);
        using var inputs = full([3, 1, 1, 2], 0.5f);
        int[] labels = [0, 1, 0];
        using var certifier = Certifier.Of(model);
        double[] margins = certifier.Margins(inputs, labels, ThreatModel.Parse("linf:0.1"), BoundMethod.Crown);
        Assert.Equal(margins[0], margins[2]);
        Assert.True(margins[0] > 0 && margins[1] < 0);
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var model = Nets.Random(7);
        using var certifier = Certifier.Of(model);
        using var x = rand(4, model.Input.Channels, model.Input.Height, model.Input.Width);
        using var guard = new Kit.LeakGuard();
        _ = certifier.Margins(x, [0, 1, 0, 1], ThreatModel.Parse("linf:0.1"), BoundMethod.AlphaCrown);
        using var first = x.narrow(0, 0, 1);
        _ = certifier.Decide(first, 0, ThreatModel.Parse("linf:0.1"), TimeSpan.FromSeconds(0.1), default);
        first.Dispose();
    }

    private static Tensor Half() => full([1, 1, 1, 2], 0.5f);

    private static ModuleClassifier Absolute(float constant, float sign) =>
        Nets.Of(
            Nets.Two,
            g => g.Linear(g.Relu(g.Linear(g.Flatten(g.Input), "z", 2)), "scores", 2),
            [6, 0, -6, 0],
            [-2.5f, 2.5f],
            [0, 0, sign, sign],
            [constant, 0]
        );

    private static double Margin(ModuleClassifier model, string threat, int label, BoundMethod method)
    {
        using var certifier = Certifier.Of(model);
        using var x = Half();
        return certifier.Margins(x, [label], ThreatModel.Parse(threat), method)[0];
    }
}
