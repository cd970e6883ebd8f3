using System.Text.Json.Nodes;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

/// <summary>The claim in the forms that others ask for says what the evidence says, and no more.</summary>
public sealed class ClaimCardTests
{
    private static readonly IReadOnlyList<ManifestAttack> Standard =
    [
        new("apgd-ce", "apgd", [], 1) { List = "autoattack" },
        new("square", "square", [], 1) { List = "autoattack" },
    ];

    // 10,000 examples, 140 wrong when clean, 312 + 694 broken: 8,854 stand.
    private static readonly SampleRun Sample = new() { Attacks = Standard, Broken = [140, 312, 694] };

    [Fact]
    public void RobustBench_has_its_keys_and_percentages()
    {
        var node = JsonNode.Parse(ClaimCard.RobustBench(Sample.Report()))!;
        Assert.Equal("98.60", (string)node["clean_acc"]!);
        Assert.Equal("88.54", (string)node["reported"]!);
        Assert.Equal("88.54", (string)node["autoattack_acc"]!);
        Assert.Equal(
            ("mnist", "0.3", "Linf"),
            ((string)node["dataset"]!, (string)node["eps"]!, (string)node["threat_model"]!)
        );
    }

    [Fact]
    public void A_budget_stays_as_it_was_written()
    {
        var run = Sample with { Threat = new("linf:8/255", "linf", 8 / 255.0) };
        Assert.Equal("8/255", (string)JsonNode.Parse(ClaimCard.RobustBench(run.Report()))!["eps"]!);
    }

    [Fact]
    public void AutoAttack_is_said_only_where_it_alone_met_the_whole_split_under_one_norm()
    {
        Assert.Null(Said(Sample with { Attacks = [Standard[0], new("pgd", "pgd", [], 1)] }));
        Assert.Null(Said(Sample with { Attacks = [.. Standard.Select(a => a with { List = "autoattack-plus" })] }));
        Assert.Null(Said(Sample with { Selection = DataSelection.Sample(1000, 10_000, 3) }));
        Assert.Null(Said(Sample with { Threat = new("linf:0.3 target=all", "linf", 0.3) }));
        Assert.Null(Said(Sample with { Threat = new("linf:0.3 mask=cccccccc", "linf", 0.3) { Mask = new('c', 64) } }));
    }

    [Fact]
    public void A_model_card_states_counts_hashes_findings_and_what_is_not_claimed()
    {
        var report = (Sample with { ModelPath = "a|b<c.pt" }).Report();
        var card = ClaimCard.ModelCard(report);
        Assert.StartsWith("## Adversarial robustness\n", card, StringComparison.Ordinal);
        Assert.Contains("8,854 of 10,000", card, StringComparison.Ordinal);
        Assert.Contains("a\\|b&lt;c.pt", card, StringComparison.Ordinal);
        Assert.Contains(report.Evidence.Manifest.Data.Sha256, card, StringComparison.Ordinal);
        Assert.Contains("### What is not claimed", card, StringComparison.Ordinal);
        Assert.All(report.Findings, f => Assert.Contains($"- {f.Id} (", card, StringComparison.Ordinal));
        Assert.Contains("attacks insufficient", ClaimCard.Text(new SampleRun().Report()), StringComparison.Ordinal);
    }

    private static string? Said(SampleRun run) =>
        (string?)JsonNode.Parse(ClaimCard.RobustBench(run.Report()))!["autoattack_acc"];
}
