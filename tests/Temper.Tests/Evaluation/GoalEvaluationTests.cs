using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;

namespace Temper.Tests.Evaluation;

/// <summary>What an evaluation that aims at a class counts, and of what.</summary>
public sealed class GoalEvaluationTests : IDisposable
{
    private const int Count = 40;

    private readonly ModuleClassifier _model = Toy.ConvNet(3);
    private readonly Temper.Data.ImageSet _set = Toy.Stripes(Count, 5);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Only_the_class_aimed_at_breaks_and_its_own_examples_are_left_out()
    {
        var plan = Plan("linf:0.1 target=2");
        var outcome = Run(plan);
        Assert.Equal(Count, outcome.Ledger.Count);
        foreach (var row in outcome.Ledger)
        {
            Assert.Equal(row.BrokenBy == LedgerRow.Clean, row.CleanPrediction == 2 && row.Label != 2);
            if (row.Label == 2)
            {
                Assert.Equal((null, 1L, 0L), (row.BrokenBy, row.Forwards, row.Gradients));
                Assert.DoesNotContain(outcome.Attempts, a => a.Index == row.Index);
            }
            else if (row.BrokenBy == "pgd")
            {
                Assert.Equal(2, row.AdversarialPrediction);
            }
        }
        // A clean error of a third class is attacked like any other example.
        Assert.Contains(
            outcome.Ledger,
            r => r.CleanPrediction != r.Label && r.CleanPrediction != 2 && r.BrokenBy != LedgerRow.Clean
        );
        Assert.Contains(outcome.Ledger, r => r.BrokenBy == "pgd");
    }

    [Theory]
    [InlineData("target=1")]
    [InlineData("target=least-likely")]
    [InlineData("target=random")]
    [InlineData("target=all")]
    public void Evidence_counts_what_can_be_broken(string goal)
    {
        var plan = Plan($"linf:0.05 {goal}");
        var outcome = Run(plan);
        var evidence = Of(plan, outcome);
        var eligible = outcome.Ledger.Where(r => !plan.Threat.Goal.Spares(r.Label)).ToList();
        Assert.Equal((Count, eligible.Count), (evidence.N, evidence.Eligible));
        Assert.Equal(eligible.Count(r => r.BrokenBy is null), evidence.Standing);
        Assert.Equal(eligible.Count(r => r.BrokenBy != LedgerRow.Clean), evidence.CleanStanding);
        Assert.Equal(evidence.CleanStanding, evidence.Attacks[0].Attempted);
        Assert.Equal(evidence.Standing, evidence.Attacks[0].Left);
        Assert.Equal(Interval.UpperLimit(evidence.Standing, evidence.Eligible), evidence.Upper);
        // What the model gets right without an attack does not depend on the goal.
        Assert.Equal(Of(Plan("linf:0.05"), Run(Plan("linf:0.05"))).CleanCorrect, evidence.CleanCorrect);
        if (goal == "target=all")
        {
            Assert.Equal(evidence.CleanCorrect, evidence.CleanStanding);
        }
    }

    [Theory]
    [InlineData("target=1", "pgd, aiming at class 1, leaves at most ", " short of it under linf:0.05 target=1 (")]
    [InlineData(
        "target=random",
        "pgd, aiming at a wrong class drawn at random, leaves at most ",
        " short of it under "
    )]
    [InlineData(
        "target=all",
        "pgd, aiming at each wrong class in turn, leaves at most ",
        " classified correctly under "
    )]
    public void The_claim_says_what_was_aimed_at(string goal, string opening, string ending)
    {
        var plan = Plan($"linf:0.05 {goal}");
        var evidence = Of(plan, Run(plan));
        var claim = Claim.From(evidence, Findings.Of(evidence));
        Assert.Contains(opening, claim.Sentence, StringComparison.Ordinal);
        Assert.Contains(ending, claim.Sentence, StringComparison.Ordinal);
        if (plan.Threat.Goal.Class is not null)
        {
            Assert.Contains(
                $"({evidence.Standing} of the {evidence.Eligible} images of other classes; ",
                claim.Sentence,
                StringComparison.Ordinal
            );
        }
        Assert.Equal(
            goal != "target=all",
            claim
                .Reasons.Select(r => r.Text)
                .Contains("one class aimed at is less than any wrong class", StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_curve_begins_with_what_can_be_broken()
    {
        var plan = Plan("linf:0.1 target=2");
        var ledger = Run(plan).Ledger;
        var curve = new CurveEvaluator(
            new()
            {
                Evaluation = plan,
                Attack = "pgd",
                Budgets = 3,
            }
        ).Run(null, "", false, null, CancellationToken.None);
        var eligible = ledger.Where(r => r.Label != 2).ToList();
        Assert.All(curve.Rows, r => Assert.Equal(eligible.Count, r.N));
        Assert.Equal(eligible.Count(r => r.CleanPrediction != 2), curve.Rows[0].Robust);
        Assert.InRange(curve.Rows[^1].Robust, 0, curve.Rows[0].Robust - 1);
        Assert.NotEmpty(curve.Smallest);
        Assert.All(curve.Smallest, i => Assert.Equal((2, true), (i.AdversarialPrediction, i.Label != 2)));
    }

    [Fact]
    public void A_ledger_is_read_by_its_goal()
    {
        using var folder = new Folder();
        var path = folder.File("ledger.csv");
        LedgerCsv.Write(path, [new(0, 0, 2, null, null, null, 1, 0), new(1, 1, 1, "clean", null, 0, 1, 0)]);
        Assert.Equal(2, LedgerCsv.Read(path, Goal.Of(2)).Count);
        Assert.Throws<DataException>(() => LedgerCsv.Read(path));
        var plan = Plan("linf:0.1 target=1");
        var manifest = Manifest(plan) with { Data = Manifest(plan).Data with { N = 2, Total = 2 } };
        var error = Assert.Throws<DataException>(() =>
            Evidence.Of(manifest, LedgerCsv.Read(path, plan.Threat.Goal), [])
        );
        Assert.Contains("the class that linf:0.1 target=1 aims at", error.Message, StringComparison.Ordinal);
    }

    private static RunManifest Manifest(EvaluationPlan plan) =>
        new SampleRun
        {
            Selection = DataSelection.All(Count),
            Threat = new(plan.Threat.Text, plan.Threat.Norm, plan.Threat.Epsilon.Value),
            Attacks = [new("pgd", "pgd", new JsonObject(), 1)],
        }.Manifest();

    private static Evidence Of(EvaluationPlan plan, EvaluationOutcome outcome) =>
        Evidence.Of(Manifest(plan), outcome.Ledger, outcome.Attempts);

    private static EvaluationOutcome Run(EvaluationPlan plan) =>
        new Evaluator(plan).Run(null, "", false, null, CancellationToken.None);

    private EvaluationPlan Plan(string threat) =>
        new()
        {
            Model = _model,
            Set = _set,
            Indices = [.. Enumerable.Range(0, Count)],
            Threat = ThreatModel.Parse(threat),
            Attacks = [("pgd", new Pgd(new() { Steps = 5 }))],
            Block = 16,
            Rng = new Rng(11),
        };
}
