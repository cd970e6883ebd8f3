using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

/// <summary>What a protocol or a command asks for and a threat model does not allow is said to be missing.</summary>
public sealed class LeftOutTests
{
    private static readonly ManifestThreat Union = new("linf:0.3+l2:2", ManifestThreat.Union, 1)
    {
        Members = [new("linf:0.3", "linf", 0.3), new("l2:2", "l2", 2)],
    };

    [Fact]
    public void Under_a_union_and_a_goal_the_reason_is_that()
    {
        Assert.Contains("no one distance", LeftOut.Estimates(Asked(Union))!, StringComparison.Ordinal);
        Assert.Contains("no one distance", LeftOut.Transfer(Asked(Union))!, StringComparison.Ordinal);
        var aimed = Asked(new("linf:0.3 target=3", "linf", 0.3));
        Assert.Contains("aims at one", LeftOut.Estimates(aimed)!, StringComparison.Ordinal);
        Assert.Contains("aims at one", LeftOut.Transfer(aimed)!, StringComparison.Ordinal);
        var scores = Asked(new("linf:0.3", "linf", 0.3), ManifestModel.ScoresOnly);
        Assert.Contains("scores only", LeftOut.Estimates(scores)!, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_asked_nothing_is_said()
    {
        var report = new SampleRun().Report();
        Assert.Null(LeftOut.Estimates(report));
        Assert.Null(LeftOut.Transfer(report));
    }

    [Fact]
    public void The_page_says_it()
    {
        using var folder = new Folder();
        new SampleRun
        {
            Protocol = "standard",
            Threat = new("linf:0.3 target=3", "linf", 0.3),
            Broken = [0, 0, 0, 0],
        }.Write(folder.Path);
        ReportFolder.Write(folder.Path);
        Assert.Contains(
            "Estimates (CLEVER, slope of the margin) are left out: they ask for any wrong class",
            File.ReadAllText(folder.File("report.html")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0.123456, "0.123")]
    [InlineData(-12.345, "−12.3")]
    [InlineData(123.456, "123")]
    [InlineData(12_345.6, "12,300")]
    [InlineData(0.00000123456, "1.23e−6")]
    [InlineData(0, "0")]
    public void Estimates_have_three_digits(double value, string shown) =>
        Assert.Equal(shown, Figures.Significant(value));

    private static Report Asked(ManifestThreat threat, string opened = "built-in")
    {
        var run = new SampleRun { Threat = threat, Opened = opened };
        var (ledger, attempts) = run.Rows();
        var manifest = run.Manifest() with { Protocol = "standard", Surrogates = [new("other.pt", "00")] };
        // Broken by nothing, whatever the threat aims at.
        var evidence = Temper.Evaluation.Evidence.Of(
            manifest,
            [.. ledger.Select(r => r with { BrokenBy = null, AdversarialPrediction = null, Distance = null })],
            []
        );
        return new(evidence, [], Claim.From(evidence, []), [], null, null);
    }
}
