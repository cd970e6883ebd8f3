using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;

namespace Temper.Tests.Attacks;

/// <summary>An example's verdict does not depend on which others are attacked with it.</summary>
public sealed class NoiseAndBlocksTests
{
    private static readonly ImageSet Set = Toy.Stripes(120, 9);

    [Fact]
    public void A_subset_has_the_verdicts_and_distances_of_the_whole_at_equal_blocks()
    {
        using var model = Toy.ConvNet(5);
        var whole = Evaluate(model, [.. Enumerable.Range(0, 120)], 32);
        var odd = Evaluate(model, [.. Enumerable.Range(0, 60).Select(i => (2 * i) + 1)], 32);
        Assert.Equal(whole.Ledger.Where(r => r.Index % 2 == 1), odd.Ledger);
        Assert.Contains(whole.Ledger, r => r.BrokenBy == "pgd");
        Assert.Contains(whole.Ledger, r => r.BrokenBy is null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(120)]
    public void Other_blocks_change_at_most_one_verdict_in_a_thousand(int block)
    {
        using var model = Toy.ConvNet(5);
        int[] all = [.. Enumerable.Range(0, 120)];
        var reference = Evaluate(model, all, 32).Ledger;
        var other = Evaluate(model, all, block).Ledger;
        var differing = reference.Zip(other).Where(p => p.First.BrokenBy != p.Second.BrokenBy).ToArray();
        // 120 examples: one verdict in a thousand is none here.
        Assert.True(differing.Length == 0, string.Join("; ", differing));
    }

    [Fact]
    public void Restarts_work_only_on_those_still_standing_and_never_lose_ground()
    {
        using var model = Toy.ConvNet(5);
        var outcome = Evaluate(model, [.. Enumerable.Range(0, 120)], 32);
        var byRestart = outcome.Attempts.Where(a => a.Attack == "pgd").ToLookup(a => a.Restart);
        var standing = byRestart[0].Where(a => a.Outcome == "standing").Select(a => a.Index);
        Assert.Equal(standing, byRestart[1].Select(a => a.Index));
        Assert.Equal(
            outcome.Attempts.Where(a => a.Outcome == "broken").Select(a => a.Index).Order(),
            outcome.Ledger.Where(r => r.BrokenBy is not null and not "clean").Select(r => r.Index)
        );
    }

    private static EvaluationOutcome Evaluate(ModuleClassifier model, int[] indices, int block) =>
        new Evaluator(
            new()
            {
                Model = model,
                Set = Set,
                Indices = indices,
                Threat = ThreatModel.Parse("linf:0.06"),
                Attacks = [("pgd", new Pgd(new() { Steps = 10, Restarts = 2 })), ("fgsm", new Fgsm(new()))],
                Block = block,
                Rng = new Rng(2),
            }
        ).Run(null, "", false, null, CancellationToken.None);
}
