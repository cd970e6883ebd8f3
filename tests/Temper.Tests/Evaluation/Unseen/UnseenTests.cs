using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Unseen;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;

namespace Temper.Tests.Evaluation.Unseen;

/// <summary>The matrix on a linear model of three classes of stripes.</summary>
public sealed class UnseenTests : IDisposable
{
    private const int Examples = 40;
    private const int Side = 12;

    private readonly ModuleClassifier _model = Rows(Side);
    private readonly ImageSet _set = Toy.Stripes(Examples, seed: 2, side: Side);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_matrix_has_every_threat_and_counts_honestly()
    {
        var rows = Run(Plan()).Rows;
        Assert.Equal(("clean", "clean", ""), (rows[0].Family, rows[0].Name, rows[0].Setting));
        Assert.Equal((Examples, Examples), (rows[0].N, rows[0].Correct));
        Assert.All(rows, r => Assert.Equal((Examples, ""), (r.N, r.LeftOut)));
        Assert.Equal(
            ["l2 0.75", "l1 2.2", "l0 4"],
            rows.Where(r => r.Family == UnseenRow.Norm).Select(r => $"{r.Name} {r.Setting}")
        );
        Assert.Equal(
            ["0.375", "0.5"],
            rows.Where(r => r.Family == UnseenRow.Larger && r.Name == "linf").Select(r => r.Setting)
        );
        Assert.Equal(6, rows.Count(r => r.Family == UnseenRow.Spatial));
        Assert.Equal(1, rows.Count(r => r.Family == UnseenRow.Patch));
        Assert.Equal(75, rows.Count(r => r.Family == UnseenRow.Corruption));
        Assert.All(rows.Where(r => r.Family == UnseenRow.Corruption), r => Assert.Equal(Examples, r.Forwards));
        // What falls to a smaller size has fallen to a larger one, and turned and shifted is worse than either.
        foreach (var name in (string[])["linf", "rotation", "translation"])
        {
            var sizes = rows.Where(r => r.Name == name).Select(r => r.Correct).ToList();
            Assert.Equal(sizes.OrderDescending(), sizes);
        }
        var both = rows.Single(r => r.Name == "rotation+translation").Correct;
        Assert.True(both <= rows.Where(r => r.Family == UnseenRow.Spatial).Min(r => r.Correct));
        // At twice the budget, 0.5, every linear model of these images is fooled.
        Assert.Equal(0, rows.Single(r => r.Setting == "0.5").Correct);
    }

    [Theory]
    [InlineData("linf:0.3", 784, "l2:2.1 l1:15 l0:24")]
    [InlineData("l2:0.5", 3072, "linf:0.036 l1:6.9 l0:96")]
    [InlineData("l1:12", 3072, "linf:0.062 l2:0.87 l0:96")]
    [InlineData("l0:24", 784, "linf:0.12 l2:0.86 l1:6")]
    [InlineData("linf:0.3+l2:2", 784, "l1:15 l0:24")]
    public void Budgets_of_other_norms_follow_by_one_rule(string evaluated, int values, string expected)
    {
        var threat = ThreatModel.Parse(evaluated);
        var derived = NormThreats.Derived(threat is UnionThreat union ? union.Members : [threat], values);
        Assert.Equal(expected, string.Join(' ', derived.Select(t => t.Text)));
    }

    [Theory]
    [InlineData(
        "linf:0.1+l2:0.5",
        "norm l1 0.9, norm l0 4, larger linf 0.15, larger linf 0.2, larger l2 0.75, larger l2 1"
    )]
    [InlineData("linf:8/255", "norm l2 0.094, norm l1 0.28, norm l0 4, larger linf 12/255, larger linf 16/255")]
    [InlineData("linf:0.6", "norm l2 1.8, norm l1 5.4, norm l0 4, larger linf 0.9")]
    [InlineData("l0:1", "norm linf 0.028, norm l2 0.083, norm l1 0.25, larger l0 2")]
    [InlineData("linf:0.1 target=2", "norm l2 0.3, norm l1 0.9, norm l0 4, larger linf 0.15, larger linf 0.2")]
    [InlineData("linf:0", "")]
    public void Norms_evaluated_are_not_measured_again_and_the_box_bounds_budgets(string threat, string expected)
    {
        var threats = Plan(threat).Threats().Where(t => t.Family is UnseenRow.Norm or UnseenRow.Larger);
        Assert.Equal(expected, string.Join(", ", threats.Select(t => t.Id)));
    }

    [Fact]
    public void A_mask_counts_its_values_and_holds_for_other_norms()
    {
        var half = new float[Side * Side];
        half.AsSpan(0, half.Length / 2).Fill(1);
        var masked = ThreatModel.Parse("linf:0.25").Under(new(half, 1, Side, Side));
        var derived = NormThreats.Derived([masked], Side * Side);
        Assert.Equal(["l2:0.53", "l1:1.1", "l0:2"], derived.Select(t => t.Text.Split(' ')[0]));
        Assert.All(derived, t => Assert.Equal(masked.Budgets, t.Budgets));
        half[0] = 0.5f;
        var plan = Plan();
        plan = plan with
        {
            Evaluation = plan.Evaluation with
            {
                Threat = ThreatModel.Parse("linf:0.25").Under(new(half, 1, Side, Side)),
            },
        };
        Assert.All(
            plan.Threats().Where(t => t.Family == UnseenRow.Norm),
            t => Assert.Equal("the mask holds shares", t.LeftOut)
        );
    }

    [Fact]
    public void What_the_evaluation_broke_is_broken_by_larger_budgets()
    {
        var plan = Plan("linf:0.01");
        plan = plan with { Evaluation = plan.Evaluation with { Indices = [.. Enumerable.Range(0, 12)] } };
        var without = Run(plan).Rows.Where(r => r.Family == UnseenRow.Larger).Select(r => r.Correct);
        var with = Run(
            plan with
            {
                Known = new HashSet<long> { 3, 5 },
            }
        )
            .Rows.Where(r => r.Family == UnseenRow.Larger)
            .Select(r => r.Correct);
        Assert.Equal(without.Select(c => c - 2), with);
    }

    [Fact]
    public void A_patch_is_confined_to_its_square()
    {
        var (side, corners) = ImageThreats.Squares(_set, new Rng(1));
        Assert.Equal(3, side);
        Assert.InRange(corners.Count, 2, 8);
        using var batch = BatchSource.Gather(_set, [0, 1, 2]);
        foreach (var corner in corners)
        {
            var threat = ImageThreats.PatchAt(_set, PixelRange.Unit, side, corner);
            using var result = new Temper.Attacks.Pgd(new() { Steps = 5 }).Run(_model, batch, threat, new Rng(2));
            var (before, after) = (Tensors.ToArray<float>(batch.Inputs), Tensors.ToArray<float>(result.Inputs));
            Assert.Contains(true, before.Zip(after, (b, a) => b != a));
            for (var i = 0; i < before.Length; i++)
            {
                var (row, column) = (i / Side % Side, i % Side);
                var isIn =
                    row >= corner.Top && row < corner.Top + 3 && column >= corner.Left && column < corner.Left + 3;
                Assert.True(isIn || before[i] == after[i]);
                Assert.InRange(after[i], 0, 1);
            }
        }
    }

    [Fact]
    public void A_sample_is_a_seeded_subset_whose_examples_fare_as_they_do_among_all()
    {
        var (all, some) = (Plan(), Plan() with { Examples = 15 });
        Assert.Equal(15, some.Indices().Distinct().Count());
        Assert.Equal(some.Indices(), (Plan() with { Examples = 15 }).Indices());
        Assert.Equal(Outcome(all, some.Indices()), Outcome(some, some.Indices()));

        string Outcome(UnseenPlan plan, IReadOnlyList<int> indices)
        {
            // The same examples, evaluated alone.
            var own = plan with
            {
                Evaluation = plan.Evaluation with { Indices = indices },
                Examples = indices.Count,
            };
            return string.Join('\n', Run(own).Rows);
        }
    }

    [Fact]
    public void Models_without_gradients_say_what_needs_gradients_and_tables_what_needs_images()
    {
        var labels = new LabelsOnly(_model);
        var rows = Run(Plan() with { Evaluation = Plan().Evaluation with { Model = labels } }).Rows;
        Assert.All(
            rows,
            r =>
                Assert.Equal(
                    r.Family is UnseenRow.Norm or UnseenRow.Larger or UnseenRow.Patch ? UnseenRow.NeedsGradients : "",
                    r.LeftOut
                )
        );
        using var small = Rows(6);
        var plan = Plan();
        plan = plan with { Evaluation = plan.Evaluation with { Model = small, Set = Toy.Stripes(Examples, seed: 2) } };
        var left = Run(plan).Rows.Where(r => r.LeftOut.Length > 0).ToList();
        Assert.Equal(["spatial", "patch", "corruption"], left.Select(r => r.Family));
        Assert.All(left, r => Assert.Contains("needs images", r.LeftOut, StringComparison.Ordinal));
    }

    [Fact]
    public void Interrupted_after_a_block_it_ends_with_the_same_rows()
    {
        using var folder = new Folder();
        var plan = Plan() with { Examples = 6 };
        var (whole, blocks) = (string.Join('\n', Run(plan).Rows), 0);
        Run(plan, folder.File("count"), new Watch(() => blocks++));
        Assert.InRange(blocks, 90, 400);
        foreach (var k in (int[])[1, 5, 11, blocks - 1])
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
            Assert.Equal(whole, string.Join('\n', Run(plan, folder.File($"{k}")).Rows));
        }
    }

    [Fact]
    public void Loses_no_tensors()
    {
        var plan = Plan() with { Examples = 4 };
        Run(plan);
        using (new LeakGuard())
        {
            Run(plan);
        }
    }

    private static UnseenOutcome Run(
        UnseenPlan plan,
        string? journal = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => new UnseenEvaluator(plan).Run(journal, "this-matrix", resume: true, progress, cancellation);

    private UnseenPlan Plan(string threat = "linf:0.25") =>
        new()
        {
            Evaluation = new()
            {
                Model = _model,
                Set = _set,
                Indices = [.. Enumerable.Range(0, Examples)],
                Threat = ThreatModel.Parse(threat),
                Attacks = [],
                Block = 16,
                Rng = new Rng(11),
            },
            Examples = Examples,
        };

    /// <summary>Answers with the third of the rows that is brightest.</summary>
    private static ModuleClassifier Rows(int side)
    {
        var weights = new float[3, side * side];
        for (var i = 0; i < side * side; i++)
        {
            weights[i / side / (side / 3), i] = 1;
        }
        return Toy.Linear(weights, new float[3], new InputShape(1, side, side));
    }

    private sealed class Watch(Action act) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => act();
    }
}
