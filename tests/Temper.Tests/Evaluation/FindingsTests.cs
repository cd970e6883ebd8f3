using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation;

public sealed class FindingsTests
{
    [Fact]
    public void The_default_attacks_are_insufficient_and_nothing_else_is_wrong()
    {
        var finding = Assert.Single(new SampleRun().Report().Findings);
        Assert.Equal(("TMP120", Severity.Error), (finding.Id, finding.Severity));
        Assert.Contains("fgsm, pgd and pgd-margin", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1_000, false)]
    public void Few_examples_are_noticed(int n, bool found) =>
        Assert.Equal(found, Ids(new SampleRun { Selection = DataSelection.Sample(n, 10_000, 1) }).Contains("TMP111"));

    [Fact]
    public void The_first_examples_are_noticed()
    {
        Assert.Contains("TMP112", Ids(new SampleRun { Selection = DataSelection.First(2_000, 10_000) }));
        Assert.DoesNotContain("TMP112", Ids(new SampleRun()));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(40, true)]
    public void An_iterative_attack_that_does_worse_than_one_step_is_noticed(int surplus, bool found)
    {
        // pgd first: what it leaves, fgsm breaks.
        var run = new SampleRun
        {
            Selection = DataSelection.All(1_000),
            Attacks = [new("pgd", "pgd", [], 1), new("fgsm", "fgsm", [], 1)],
            Broken = [100, 1_000, surplus * 10],
        };
        Assert.Equal(found, Ids(run).Contains("TMP121"));
    }

    [Fact]
    public void A_cascade_in_the_usual_order_cannot_show_a_weak_iterative_attack() =>
        Assert.DoesNotContain("TMP121", Ids(new SampleRun { Broken = [100, 9_000, 0, 0] }));

    [Fact]
    public void One_answer_to_everything_is_noticed()
    {
        var run = new SampleRun { Selection = DataSelection.All(1_000) };
        var (ledger, attempts) = run.Rows();
        Assert.DoesNotContain("TMP122", Findings.Of(run.Evidence()).Select(f => f.Id));

        var saturated = ledger
            .Select(r => r.AdversarialPrediction is null ? r : r with { AdversarialPrediction = 8 })
            .ToList();
        var warning = Assert.Single(
            Findings.Of(Evidence.Of(run.Manifest(), saturated, attempts)),
            f => f.Id == "TMP122"
        );
        Assert.Equal(Severity.Warning, warning.Severity);

        var constant = ledger.Select(r => new LedgerRow(r.Index, r.Label, 3, "clean", null, null, 1, 0)).ToList();
        var error = Assert.Single(Findings.Of(Evidence.Of(run.Manifest(), constant, [])), f => f.Id == "TMP122");
        Assert.Equal(Severity.Error, error.Severity);
        Assert.Contains("class 3 for 100.00 %", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Autoattack_settles_the_doubt_about_the_attacks() =>
        Assert.DoesNotContain(
            "TMP120",
            Ids(new SampleRun { Attacks = [new("aa", "apgd", new JsonObject(), 1) { List = "autoattack" }] })
        );

    private static List<string> Ids(SampleRun run) => [.. run.Report().Findings.Select(f => f.Id)];
}
