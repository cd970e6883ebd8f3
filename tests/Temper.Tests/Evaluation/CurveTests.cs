using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;

namespace Temper.Tests.Evaluation;

/// <summary>On a linear two-class model the distance to the nearest error is known, so the whole curve is.</summary>
public sealed class CurveTests : IDisposable
{
    private const int Examples = 60;
    private static readonly float[] Weights = [0.7f, -0.3f, 0.1f, -0.9f, 0.5f, 0.2f];

    private readonly ModuleClassifier _model = Toy.Linear(TwoClasses(), [0.05f, -0.02f], new InputShape(1, 2, 3));
    private readonly ImageSet _set = Set();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("linf:0.1", 9)]
    [InlineData("l2:0.15", 13)]
    public void It_is_the_closed_form(string threat, int budgets)
    {
        var plan = Plan(threat) with { Budgets = budgets };
        var radii = Radii(plan.Evaluation.Threat);
        var rows = Run(plan).Rows;
        Assert.Equal(budgets, rows.Count);
        Assert.Equal((0, CurveRow.Clean), (rows[0].Budget, rows[0].Attack));
        Assert.Equal(plan.Evaluation.Threat.Epsilon.Value, rows[budgets / 2].Budget);
        Assert.Equal(2 * plan.Evaluation.Threat.Epsilon.Value, rows[^1].Budget, 1e-15);
        // No example lies so near to a budget that rounding could decide.
        Assert.All(rows.Skip(1), r => Assert.All(radii.Values, d => Assert.True(Math.Abs(d - r.Budget) > 1e-6)));
        Assert.All(rows, r => Assert.Equal((Examples, radii.Values.Count(d => d > r.Budget)), (r.N, r.Robust)));
        Assert.True(rows[0].Robust < Examples);
        Assert.InRange(rows[budgets / 2].Robust, 1, rows[0].Robust - 1);
    }

    [Fact]
    public void Only_survivors_are_attacked_further()
    {
        var rows = Run(Plan("linf:0.1")).Rows;
        // FGSM takes one gradient of each example it meets.
        Assert.All(rows.Zip(rows.Skip(1)), p => Assert.Equal(p.First.Robust, p.Second.Gradients));
        Assert.Equal((Examples, 0), (rows[0].Forwards, rows[0].Gradients));
    }

    /// <summary>What breaks at a budget up to ε breaks under the threat model, and who watches certified examples is told.</summary>
    [Fact]
    public void Points_within_the_budget_are_told_of()
    {
        var told = new Dictionary<int, double>();
        var plan = Plan("linf:0.1");
        plan = plan with
        {
            Evaluation = plan.Evaluation with
            {
                WhenBroken = (attack, line, row) =>
                {
                    Assert.Equal(plan.Attack, attack);
                    var clean = new float[_set.ValuesPerExample];
                    _set.Copy(line.Indices[row], clean);
                    var point = PointText.Read(line.Points[row], clean.Length);
                    told.Add(line.Indices[row], point.Zip(clean, (a, b) => Math.Abs((double)a - b)).Max());
                },
            },
        };
        var rows = Run(plan).Rows;
        Assert.Equal(rows[0].Robust - rows.Single(r => r.Budget == 0.1).Robust, told.Count);
        Assert.All(told.Values, distance => Assert.InRange(distance, 0, 0.1 + 1e-6));
    }

    /// <summary>Steps of three quarters of the budget: what they miss at ε they meet at 2ε, and nearer to the clean input it is within ε.</summary>
    [Fact]
    public void Points_of_larger_budgets_that_lie_within_the_threat_are_told_of()
    {
        var plan = Plan("linf:0.1");
        var radii = Radii(plan.Evaluation.Threat);
        var at = radii.Where(r => r.Value is > 0.02 and < 0.07).Select(r => r.Key).Take(3);
        var within = radii.Where(r => r.Value is > 0.076 and < 0.0995).Select(r => r.Key).ToList();
        var beyond = radii.Where(r => r.Value is > 0.1005 and < 0.149).Select(r => r.Key).ToList();
        Assert.NotEmpty(within);
        Assert.NotEmpty(beyond);
        var told = new Dictionary<int, double>();
        var step = new Pgd.Options
        {
            Steps = 1,
            Step = StepSize.Parse("rel:0.75"),
            Start = StartKind.Clean,
        };
        plan = plan with
        {
            Budgets = 3,
            Evaluation = plan.Evaluation with
            {
                Indices = [.. at.Concat(within).Concat(beyond).Order()],
                Attacks = [("fgsm", new Pgd(step))],
                WhenBroken = (_, line, row) => told.Add(line.Indices[row], line.Distances[row]),
            },
        };
        Assert.Equal(0, Run(plan).Rows[^1].Robust);
        Assert.Equal(at.Concat(within).Order(), told.Keys.Order());
        Assert.All(told.Values, distance => Assert.InRange(distance, 0.01, 0.1));
    }

    [Fact]
    public void What_the_evaluation_broke_is_broken_from_its_distance_on()
    {
        var plan = Plan("linf:0.03");
        var radii = Radii(plan.Evaluation.Threat);
        var far = radii.Where(r => r.Value > 0.06).Select(r => r.Key).Take(2).ToList();
        var known = new Dictionary<long, double> { [far[0]] = 0.03, [far[1]] = 0.0300001 };
        var (without, with) = (Run(plan).Rows, Run(plan with { Known = known }).Rows);
        Assert.Equal(without.Select(r => r.Robust).Take(4), with.Select(r => r.Robust).Take(4));
        Assert.Equal(without[4].Robust - 1, with[4].Robust);
        Assert.Equal(without[5].Robust - 2, with[5].Robust);
    }

    [Fact]
    public void Smallest_perturbations_are_within_a_thousandth_of_the_line_to_the_nearest_error()
    {
        var plan = Plan("linf:0.1");
        var radii = Radii(plan.Evaluation.Threat);
        var smallest = Run(plan).Smallest;
        Assert.Equal(8, smallest.Count);
        var nearest = radii.Where(r => r.Value > 0).OrderBy(r => r.Value).Take(8).Select(r => (long)r.Key);
        Assert.Equal(nearest, smallest.Select(i => i.Index));
        Assert.All(
            smallest,
            i =>
            {
                Assert.Equal(GalleryKind.Smallest, i.Kind);
                Assert.NotEqual(i.Label, i.AdversarialPrediction);
                Assert.Equal(i.Label, i.CleanPrediction);
                Assert.InRange(i.Distance, radii[(int)i.Index] - 1e-6, radii[(int)i.Index] + (i.Budget!.Value / 1000));
                var change = i.Clean.Zip(i.Adversarial, (c, a) => Math.Abs((double)a - c)).Max();
                Assert.Equal(i.Distance, change, 1e-9);
            }
        );
    }

    [Fact]
    public void A_sample_is_a_seeded_subset_and_its_examples_fare_as_they_do_among_all()
    {
        var plan = Plan("linf:0.1") with { Examples = 25 };
        var radii = Radii(plan.Evaluation.Threat);
        var indices = plan.Indices();
        Assert.Equal(25, indices.Distinct().Count());
        Assert.Equal(indices.Order(), indices);
        Assert.Equal(indices, Plan("l2:1") with { Examples = 25 } is var again ? again.Indices() : []);
        Assert.All(Run(plan).Rows, r => Assert.Equal(indices.Count(i => radii[i] > r.Budget), r.Robust));
    }

    [Fact]
    public void A_budget_wider_than_the_box_is_left_out()
    {
        var rows = Run(Plan("linf:0.8")).Rows;
        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8, 1], rows.Select(r => Math.Round(r.Budget, 12)));
    }

    [Fact]
    public void Interrupted_after_any_block_it_ends_with_the_same_evidence()
    {
        using var folder = new Folder();
        var plan = Plan("linf:0.1");
        plan = plan with { Evaluation = plan.Evaluation with { Block = 7 } };
        var (whole, blocks) = (Text(Run(plan)), 0);
        Run(plan, folder.File("count"), new Watch(() => blocks++));
        Assert.InRange(blocks, 10, 100);
        for (var k = 1; k < blocks; k++)
        {
            using var source = new CancellationTokenSource();
            var seen = 0;
            var watch = new Watch(() =>
            {
                if (++seen == k)
                {
                    source.Cancel();
                }
            });
            Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, folder.File($"{k}"), watch, source.Token));
            Assert.Equal(whole, Text(Run(plan, folder.File($"{k}"))));
        }
    }

    [Fact]
    public void Loses_no_tensors()
    {
        var plan = Plan("l2:0.15");
        Run(plan);
        using (new LeakGuard())
        {
            Run(plan);
        }
    }

    private CurveOutcome Run(
        CurvePlan plan,
        string? journal = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => new CurveEvaluator(plan).Run(journal, "this-curve", resume: true, progress, cancellation);

    private static string Text(CurveOutcome outcome) =>
        string.Join('\n', outcome.Rows)
        + string.Join('\n', outcome.Smallest.Select(i => $"{i.Index} {i.Distance} {string.Join(' ', i.Adversarial)}"));

    private CurvePlan Plan(string threat) =>
        new()
        {
            Evaluation = new()
            {
                Model = _model,
                Set = _set,
                Indices = [.. Enumerable.Range(0, Examples)],
                Threat = ThreatModel.Parse(threat),
                Attacks = [("pgd", new Pgd(new() { Steps = 2 })), ("fgsm", new Fgsm(new()))],
                Block = 16,
                Rng = new Rng(11),
            },
            Attack = "fgsm",
        };

    /// <summary>The distance of each example to the nearest error; 0 where the model is wrong already.</summary>
    private Dictionary<int, double> Radii(ThreatModel threat)
    {
        var dual =
            threat.Norm == "linf"
                ? 2 * Weights.Sum(w => (double)Math.Abs(w))
                : 2 * Math.Sqrt(Weights.Sum(w => (double)w * w));
        var x = new float[6];
        return Enumerable
            .Range(0, Examples)
            .ToDictionary(
                i => i,
                i =>
                {
                    _set.Copy(i, x);
                    var margin = 0.07 + x.Zip(Weights, (v, w) => 2.0 * v * w).Sum();
                    return Math.Max(0, (_set.Labels[i] == 0 ? margin : -margin) / dual);
                }
            );
    }

    private static float[,] TwoClasses()
    {
        var rows = new float[2, 6];
        for (var i = 0; i < 6; i++)
        {
            (rows[0, i], rows[1, i]) = (Weights[i], -Weights[i]);
        }
        return rows;
    }

    /// <summary>Values far enough from the box's faces for the whole curve; one label in ten is not the model's.</summary>
    private static ImageSet Set()
    {
        var pixels = new byte[Examples * 6];
        var labels = new int[Examples];
        var noise = new float[6];
        for (var i = 0; i < Examples; i++)
        {
            new Rng(4).FillUniform(noise, [i], 0, 0);
            var margin = 0.07;
            for (var p = 0; p < 6; p++)
            {
                var value = (byte)(80 + (95 * noise[p]));
                pixels[(i * 6) + p] = value;
                margin += 2 * (value / 255.0) * Weights[p];
            }
            labels[i] = (margin > 0) == (i % 10 != 3) ? 0 : 1;
        }
        return new(new("lines", "test", 1, 2, 3, 2, "lines"), pixels, labels);
    }

    private sealed class Watch(Action act) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => act();
    }
}
