using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation;

public sealed class ClaimTests
{
    private const string NoProtocol = "no protocol was followed, so nothing looked for failing attacks";

    private static readonly IReadOnlyList<ManifestAttack> Strong =
    [
        new("pgd", "pgd", new JsonObject(), 1),
        new("autoattack", "apgd", new JsonObject(), 1) { List = "autoattack" },
    ];

    [Fact]
    public void The_whole_split()
    {
        var claim = new SampleRun().Report().Claim;
        Assert.Equal($"refused: attacks insufficient; {NoProtocol}", claim.Verdict);
        Assert.Equal(
            "On all 10,000 MNIST test images, fgsm, pgd and pgd-margin leave at most 87.90 % classified correctly under "
                + "linf:0.3 (8,790 of 10,000; with 97.5 % confidence the share for images like these is not above "
                + "88.54 % against these attacks); clean accuracy 98.60 %; trained for linf:0.3 by pgd (recipe "
                + "mnist-linf). No lower bound: nothing was certified.",
            claim.Sentence
        );
    }

    /// <summary>Under a union a claim needs the whole list under every member.</summary>
    [Theory]
    [InlineData("linf l2 linf l2", ClaimStatus.Supported)]
    [InlineData("linf l2 linf", ClaimStatus.Refused)]
    [InlineData("linf linf", ClaimStatus.Refused)]
    public void A_union(string ran, ClaimStatus expected)
    {
        ManifestThreat[] members = [new("linf:0.3", "linf", 0.3), new("l2:2", "l2", 2)];
        var names = ran.Split(' ');
        var run = new SampleRun
        {
            Protocol = "standard",
            Threat = new("linf:0.3+l2:2", ManifestThreat.Union, 1) { Members = members },
            Attacks =
            [
                .. names.Select(
                    (norm, i) =>
                        new ManifestAttack($"aa.{(i < (names.Length + 1) / 2 ? "one" : "two")}@{norm}", "pgd", [], 1)
                        {
                            List = "autoattack",
                            Threat = members.Single(m => m.Norm == norm).Text,
                        }
                ),
            ],
        };
        Assert.Equal(expected, run.Report().Claim.Status);
    }

    [Fact]
    public void A_random_sample()
    {
        var claim = new SampleRun { Selection = DataSelection.Sample(1_000, 10_000, 3), TrainedFor = "unknown" }
            .Report()
            .Claim;
        Assert.StartsWith(
            "On a random sample of 1,000 of the 10,000 MNIST test images (seed 3), fgsm, pgd and pgd-margin leave at most ",
            claim.Sentence,
            StringComparison.Ordinal
        );
        Assert.Contains("with 97.5 % confidence", claim.Sentence, StringComparison.Ordinal);
        Assert.Contains("; what the model was trained for is unknown. ", claim.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_examples()
    {
        var claim = new SampleRun { Selection = DataSelection.First(200, 10_000) }
            .Report()
            .Claim;
        Assert.StartsWith(
            "On the first 200 of 10,000 MNIST test images (no interval, smoke test), fgsm, pgd and pgd-margin leave ",
            claim.Sentence,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("confidence", claim.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("%", claim.Sentence, StringComparison.Ordinal);
        Assert.Equal(
            $"refused: attacks insufficient; {NoProtocol}; the first examples are not a random sample; fewer than 1,000 examples",
            claim.Verdict
        );
    }

    [Fact]
    public void One_attack_and_none()
    {
        Assert.Contains(
            "images, pgd leaves at most",
            new SampleRun { Attacks = [Strong[0]] }
                .Report()
                .Claim.Sentence,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "against this attack);",
            new SampleRun { Attacks = [Strong[0]] }
                .Report()
                .Claim.Sentence,
            StringComparison.Ordinal
        );
        var none = new SampleRun { Attacks = [] }
            .Report()
            .Claim;
        Assert.Contains("no attack ran under linf:0.3", none.Sentence, StringComparison.Ordinal);
        Assert.Equal(ClaimStatus.Refused, none.Status);
    }

    [Fact]
    public void Printed_upper_bounds_never_fall_below_the_truth()
    {
        for (var left = 0; left <= 3_000; left++)
        {
            var printed = decimal.Parse(Words.PercentUp(left, 3_000)[..^2]);
            Assert.True(printed >= left / 30m && printed < (left / 30m) + 0.01m);
        }
        Assert.Equal("88.54 %", Words.PercentUp(0.88533093));
        Assert.Equal("100.00 %", Words.PercentUp(1.0));
    }

    [Fact]
    public void Supported_needs_a_strong_attack_enough_random_examples_and_no_error()
    {
        var strong = new SampleRun { Attacks = Strong, Protocol = "standard" };
        var claim = strong.Report().Claim;
        Assert.Equal(ClaimStatus.Supported, claim.Status);
        Assert.Equal("supported", claim.Verdict);
        Assert.Empty(claim.Reasons);
        Assert.Equal(
            ClaimStatus.Supported,
            (strong with { Selection = DataSelection.Sample(1_000, 10_000, 0) }).Report().Claim.Status
        );
        Assert.Equal(
            "refused: fewer than 1,000 examples",
            (strong with { Selection = DataSelection.Sample(999, 10_000, 0) }).Report().Claim.Verdict
        );
        Assert.Equal(
            "refused: the first examples are not a random sample",
            (strong with { Selection = DataSelection.First(5_000, 10_000) }).Report().Claim.Verdict
        );
        var doubt = new Finding("TMP999", Severity.Error, "m", "w");
        Assert.Equal("refused: finding TMP999", Claim.From(strong.Evidence(), [doubt]).Verdict);
        var warning = doubt with { Severity = Severity.Warning };
        Assert.Equal("supported", Claim.From(strong.Evidence(), [warning]).Verdict);
    }

    /// <summary>Each rule by itself, with the command that cures it.</summary>
    [Fact]
    public void A_refusal_names_its_cure()
    {
        var strong = new SampleRun
        {
            Attacks = Strong,
            Protocol = "full",
            Trained = false,
            ModelPath = "my nets/a.pt",
        };
        Assert.Empty(strong.Report().Claim.Reasons);
        const string Again = "temper evaluate 'my nets/a.pt' --threat linf:0.3 --protocol standard";
        (SampleRun Run, string Text, string Cure)[] cases =
        [
            (strong with { Attacks = [Strong[0]] }, Claim.AttacksInsufficient, Again),
            (strong with { Protocol = null }, NoProtocol, Again),
            (strong with { Protocol = "quick" }, "the protocol quick carries no claims", Again),
            (strong with { Split = "train" }, "the train split is not the test split", Again),
            (
                strong with
                {
                    Selection = DataSelection.Sample(999, 10_000, 0),
                },
                "fewer than 1,000 examples",
                Again + " --sample 1000"
            ),
            (
                strong with
                {
                    Threat = new("linf:0.3 target=11 mask=1a2b3c4d", "linf", 0.3),
                },
                "one class aimed at is less than any wrong class",
                "temper evaluate 'my nets/a.pt' --threat linf:0.3 --mask MASK --protocol standard"
            ),
            (
                strong with
                {
                    TrainedFor = "",
                },
                "what the model was trained for is not stated, not even as unknown",
                Again
            ),
            (strong with { Trained = true, Protocol = null }, NoProtocol, Again.Replace("'my nets/a.pt'", "RUN")),
        ];
        Assert.All(cases, c => Assert.Equal(new(c.Text, c.Cure), Assert.Single(c.Run.Report().Claim.Reasons)));
    }

    /// <summary>All there are is as good as a sample gets.</summary>
    [Fact]
    public void The_whole_of_a_small_split_is_enough()
    {
        var report = new SampleRun
        {
            Attacks = Strong,
            Protocol = "standard",
            Selection = DataSelection.All(400),
        }.Report();
        Assert.Equal(ClaimStatus.Supported, report.Claim.Status);
        Assert.Contains("TMP111", report.Findings.Select(f => f.Id));
    }

    [Fact]
    public void Diagnostics_and_a_hash_must_be_there()
    {
        var run = new SampleRun { Attacks = Strong, Protocol = "standard" };
        var (ledger, attempts) = run.Rows();
        var manifest = run.Manifest();
        var evidence = Evidence.Of(manifest with { Data = manifest.Data with { Sha256 = "" } }, ledger, attempts);
        Assert.Equal(
            "refused: the diagnostics of the protocol are missing, so nothing looked for failing attacks; the hash of the data is not known",
            Claim.From(evidence, []).Verdict
        );
    }

    [Fact]
    public void A_name_alone_does_not_make_an_attack_strong() =>
        Assert.Equal(
            ClaimStatus.Refused,
            new SampleRun { Attacks = [new("autoattack", "pgd", new JsonObject(), 1)] }
                .Report()
                .Claim.Status
        );
}
