using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Evaluation.Probing;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;

namespace Temper.Tests.Evaluation;

/// <summary>Probes meet a fixed random subset, each by itself; what they break under the threat evaluated counts in the worst case.</summary>
public sealed class ProbeEvaluationTests : IDisposable
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.15");
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-probes").FullName;
    private readonly ModuleClassifier _model = Toy.ConvNet(3);
    private readonly ImageSet _set = Toy.Stripes(60, 5);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_probe_meets_every_right_example_of_the_subset()
    {
        var outcome = Run(Plan());
        var right = outcome.Ledger.Where(r => r.BrokenBy != LedgerRow.Clean).Select(r => r.Index).ToHashSet();
        long[] subset = [.. Plan().Probed().Select(i => (long)i)];
        Assert.Equal(40, subset.Length);
        foreach (var probe in Plan().Probes)
        {
            var met = outcome.Attempts.Where(a => a.Attack == probe.Name).Select(a => a.Index).Distinct();
            Assert.Equal(subset.Where(right.Contains), met.Order());
        }
        Assert.All(
            outcome.Attempts,
            a => Assert.Equal(a.Attack.StartsWith(Probe.Prefix, StringComparison.Ordinal), a.Phase == AttemptRow.Probe)
        );
    }

    [Fact]
    public void What_a_probe_alone_breaks_counts_under_the_threat_and_not_under_another()
    {
        var outcome = Run(Plan());
        var byProbe = outcome.Ledger.Where(r => r.BrokenBy == "probe.pgd").ToList();
        Assert.NotEmpty(byProbe);
        Assert.All(byProbe, r => Assert.InRange(r.Distance!.Value, 0, 0.15 + 1e-6));
        // The wider probe breaks more than the other, and what it alone breaks stands.
        var wide = Broken(outcome, "probe.wide");
        var mine = Broken(outcome, "probe.pgd");
        Assert.NotEmpty(wide.Except(mine));
        Assert.Contains(outcome.Ledger, r => r.BrokenBy is null && wide.Contains(r.Index));
        Assert.DoesNotContain(outcome.Ledger, r => r.BrokenBy == "probe.wide");
        Assert.All(mine, i => Assert.NotNull(outcome.Ledger.Single(r => r.Index == i).BrokenBy));
    }

    [Fact]
    public void Every_pass_of_a_probe_is_in_the_ledger()
    {
        var outcome = Run(Plan());
        Assert.Equal(outcome.Attempts.Sum(a => a.Forwards) + outcome.Ledger.Count, outcome.Ledger.Sum(r => r.Forwards));
        Assert.Equal(outcome.Attempts.Sum(a => a.Gradients), outcome.Ledger.Sum(r => r.Gradients));
    }

    [Fact]
    public void Goes_on_where_it_was_interrupted()
    {
        var whole = Run(Plan(), "whole");
        var lines = File.ReadAllLines(Path.Combine(_folder, "whole"));
        foreach (var kept in Enumerable.Range(1, lines.Length - 1))
        {
            File.WriteAllText(Path.Combine(_folder, "cut"), string.Join('\n', lines[..kept]) + "\n");
            var resumed = Run(Plan(), "cut", resume: true);
            Assert.Equal(whole.Ledger, resumed.Ledger);
            Assert.Equal(whole.Attempts, resumed.Attempts);
        }
    }

    [Fact]
    public void The_cost_is_foretold_before_the_attacks_begin_and_is_no_less_than_what_is_spent()
    {
        List<Forecast> told = [];
        var progress = new Heard(told);
        var outcome = new Evaluator(Plan()).Run(null, "x", false, progress, CancellationToken.None);
        var first = Assert.Single(told);
        Assert.InRange(outcome.Ledger.Sum(r => r.Forwards), 1, first.Forwards);
        Assert.InRange(outcome.Ledger.Sum(r => r.Gradients), 1, first.Gradients);
        Assert.True(first.Seconds > 0);
    }

    private static HashSet<long> Broken(EvaluationOutcome outcome, string name) =>
        [.. outcome.Attempts.Where(a => a.Attack == name && a.Outcome == AttemptRow.Broken).Select(a => a.Index)];

    private EvaluationPlan Plan() =>
        new()
        {
            Model = _model,
            Set = _set,
            Indices = [.. Enumerable.Range(0, _set.Count)],
            Threat = Threat,
            // One short step: it leaves something for the probes.
            Attacks = [("fgsm", new Fgsm(new() { Step = StepSize.Parse("rel:0.3") }))],
            Probes =
            [
                new("probe.pgd", new Pgd(new() { Steps = 5, Restarts = 2 }), Threat),
                new("probe.wide", new Pgd(new() { Steps = 5 }), Threat.With(Epsilon.Of(0.25))),
            ],
            ProbeExamples = 40,
            Block = 16,
            Rng = new Rng(1),
        };

    private EvaluationOutcome Run(EvaluationPlan plan, string? journal = null, bool resume = false) =>
        new Evaluator(plan).Run(
            journal is null ? null : Path.Combine(_folder, journal),
            "probes",
            resume,
            null,
            CancellationToken.None
        );

    private sealed class Heard(List<Forecast> told) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            if (value.Foretold is { } forecast)
            {
                told.Add(forecast);
            }
        }
    }
}
