using System.Text.Json.Nodes;
using Temper.Certification;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Numerics;
using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Reports;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>Certificates of an evaluation: the bracket they give, and what happens where an attack contradicts one.</summary>
public sealed class EvaluationBoundsTests
{
    private const int N = 40;

    /// <summary>Each margin is that of two means, so bounds are exact: certified and broken examples are all there are.</summary>
    [Theory]
    [InlineData("ibp")]
    [InlineData("alpha-crown")]
    public void Both_ends_meet_where_bounds_are_exact(string method)
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        BoundedRuns.Run(BoundedRuns.Request(folder.Path, net, "linf:0.21", CertificationChoice.Find(method)));
        var rows = CertificatesCsv.Read(folder.File("certificates.csv"));
        var ledger = LedgerCsv.Read(folder.File("ledger.csv"));
        var certified = rows.Count(r => r.Verdict == Verdict.Certified);
        Assert.InRange(certified, 1, N - 1);
        Assert.Equal(certified, ledger.Count(r => r.BrokenBy is null));
        Assert.All(
            rows.Zip(ledger),
            p => Assert.Equal(p.First.Verdict == Verdict.Certified, p.Second.BrokenBy is null)
        );
        var report = JsonNode.Parse(File.ReadAllText(folder.File("report.json")))!;
        var bound = report["lowerBound"]!;
        Assert.Equal(certified, (int)bound["certified"]!);
        Assert.Equal(Interval.LowerLimit(certified, N), (double)bound["lower"]!);
        Assert.Equal(method, (string)bound["method"]!);
        Assert.Empty(bound["withdrawn"]!.AsArray());
        var share = Words.PercentDown(certified, N);
        Assert.Contains(
            $"Robust accuracy on these 40 images lies between {share} (certified, in real arithmetic) and {Words.PercentUp(certified, N)} (attacked); that is no interval of confidence.",
            (string)report["claim"]!["sentence"]!
        );
        var page = File.ReadAllText(folder.File("report.html"));
        Assert.Contains("<dt>Certified, at least</dt>", page, StringComparison.Ordinal);
        Assert.Contains($"{certified} of 40, in real arithmetic", page, StringComparison.Ordinal);
        Assert.Contains(
            $"at least {share} ({certified} of 40), in real arithmetic",
            ClaimCard.ModelCard(ReportFolder.Read(folder.Path)),
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(folder.File("violation.json")));
    }

    /// <summary>A comparison has a column of certificates where a run has some, and none where no run has.</summary>
    [Fact]
    public void Certificates_are_compared()
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        var (one, two) = (folder.File("certified"), folder.File("plain"));
        BoundedRuns.Run(BoundedRuns.Request(one, net, "linf:0.21", CertifyKind.Ibp));
        BoundedRuns.Run(BoundedRuns.Request(two, net, "linf:0.21", CertifyKind.None));
        var comparison = Comparison.Read([one, two]);
        var certified = Assert.IsType<JsonObject>(comparison.ToJson()["runs"]![0]!["lowerBound"]);
        Assert.Null(comparison.ToJson()["runs"]![1]!["lowerBound"]);
        var place = ComparisonTable.Columns(comparison).ToList().FindIndex(c => c.Name == "Certified, at least");
        Assert.Equal(
            Words.PercentDown((int)certified["certified"]!, N).Replace(' ', '\u00A0'),
            ComparisonTable.Cells(comparison, comparison.Runs[0])[place].Replace(' ', '\u00A0')
        );
        Assert.Equal("none", ComparisonTable.Cells(comparison, comparison.Runs[1])[place]);
        var plain = new Comparison([comparison.Runs[1]], []);
        Assert.DoesNotContain(ComparisonTable.Columns(plain), c => c.Name == "Certified, at least");
        Assert.Equal(ComparisonTable.Columns(plain).Count, ComparisonTable.Cells(plain, plain.Runs[0]).Count);
    }

    [Fact]
    public void An_attack_that_breaks_a_certified_example_stops_the_run_with_both_witnesses()
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        using var unsound = BoundedRuns.Unsound(net);
        var request = BoundedRuns.Request(folder.Path, net, "linf:0.3", CertifyKind.Ibp) with { Bounds = unsound };
        var error = Assert.Throws<CertificateViolationException>(() => BoundedRuns.Run(request));
        Assert.Equal(ExitCode.NotVerified, error.ExitCode);
        Assert.Contains("is certified by ibp", error.Message, StringComparison.Ordinal);
        Assert.Contains("fgsm found a point of linf:0.3", error.Message, StringComparison.Ordinal);
        var file = JsonNode.Parse(File.ReadAllText(folder.File("violation.json")))!;
        var index = (int)file["index"]!;
        var certificate = CertificatesCsv.Read(folder.File("certificates.csv")).Single(r => r.Index == index);
        Assert.Equal(certificate.Margin, (double)file["certificate"]!["margin"]!);
        Assert.True((double)file["attack"]!["marginFloat32"]! <= 0);
        Assert.True((double)file["attack"]!["marginFloat64"]! <= 0);
        Assert.Equal(3, file["attack"]!["scoresFloat64"]!.AsArray().Count);
        // The point is a witness by itself.
        var point = BrokenPoints.Read(folder.File("violation.safetensors"));
        Assert.Equal([index], point.Indices);
        using var certifier = Certifier.Of(net);
        var check = new CounterexampleCheck(net, BoundedRuns.Set, request.Threat, certifier);
        Assert.True(check.Score(index, point.Point(0).ToArray()).Holds);
        Assert.False(File.Exists(folder.File("report.json")));
        // Going on comes to the same, and a run with sound bounds leaves nothing of it.
        Assert.Throws<CertificateViolationException>(() => BoundedRuns.Run(request with { Resume = true }));
        File.Delete(folder.File("certify-journal.jsonl"));
        BoundedRuns.Run(request with { Resume = true, Bounds = null });
        Assert.False(File.Exists(folder.File("violation.json")));
        Assert.False(File.Exists(folder.File("violation.safetensors")));
    }

    /// <summary>Wrong in both arithmetics, or farther apart than rounding explains; never by a point outside of the set.</summary>
    [Fact]
    public void What_contradicts_a_certificate()
    {
        var scores = new PointScores(0, true, [0.1f, 0.2f], [0.3, 0.2]);
        Assert.True((scores with { Wide = [0.2, 0.2] }).Contradicts);
        Assert.True((scores with { Wide = [0.2, 0.2] }).Holds);
        // Right in float64, but by another network.
        Assert.True(scores.Contradicts);
        Assert.False(scores.Holds);
        // Within the rounding of float32 nothing is.
        Assert.False((scores with { Narrow = [1000.1f, 1000.1f], Wide = [1000.11, 1000.10] }).Contradicts);
        // Nor by a point outside of the ball.
        Assert.False((scores with { IsLegal = false, Wide = [0.1, 0.2] }).Contradicts);
        Assert.True((scores with { Narrow = [float.NaN, 0] }).Contradicts);
    }

    [Fact]
    public void A_flip_by_the_rounding_of_float32_withdraws_its_certificate()
    {
        using var folder = new Folder();
        // Steps of float32 are 0.25 there, so that a true margin of 0.23 may be none.
        using var net = BoundedRuns.Net(1 << 21);
        BoundedRuns.Run(BoundedRuns.Request(folder.Path, net, "linf:0.1", CertifyKind.Ibp));
        var rows = CertificatesCsv.Read(folder.File("certificates.csv"));
        var ledger = LedgerCsv.Read(folder.File("ledger.csv"));
        long[] both =
        [
            .. rows.Zip(ledger)
                .Where(p => p.First.Verdict == Verdict.Certified && p.Second.BrokenBy is not null)
                .Select(p => p.First.Index),
        ];
        Assert.NotEmpty(both);
        var report = ReportFolder.Read(folder.Path);
        var bracket = report.Evidence.Bracket!;
        Assert.Equal(both, bracket.Withdrawn);
        Assert.Equal(rows.Count(r => r.Verdict == Verdict.Certified) - both.Length, bracket.Certified);
        Assert.True(bracket.Certified <= report.Evidence.Standing);
        Assert.Contains(
            "broken by the rounding of float32 alone",
            File.ReadAllText(folder.File("report.html")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Where_there_are_no_bounds_the_lower_end_is_unknown()
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        BoundedRuns.Run(BoundedRuns.Request(folder.Path, net, "l1:1", CertifyKind.Ibp));
        Assert.False(File.Exists(folder.File("certificates.csv")));
        var report = ReportFolder.Read(folder.Path);
        Assert.Contains(
            "No lower bound: nothing can be certified here, since there are bounds under linf and l2 without a goal, and the threat is l1:1.",
            report.Claim.Sentence,
            StringComparison.Ordinal
        );
        Assert.Contains("<dd>unknown</dd>", File.ReadAllText(folder.File("report.html")), StringComparison.Ordinal);
        // Bounds that prove nothing are another matter.
        using var far = new Folder();
        BoundedRuns.Run(BoundedRuns.Request(far.Path, net, "linf:0.4", CertifyKind.Ibp));
        Assert.Contains(
            "No lower bound: none of the examples was certified, which does not show that any is broken.",
            ReportFolder.Read(far.Path).Claim.Sentence,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(CertifyKind.Auto, null)]
    [InlineData(CertifyKind.Auto, "quick")]
    [InlineData(CertifyKind.None, "standard")]
    public void Without_the_wish_nothing_is_certified(CertifyKind certify, string? protocol)
    {
        using var net = BoundedRuns.Net();
        var request = BoundedRuns.Request("", net, "linf:0.1", certify);
        Assert.Null(
            EvaluationBounds.Of(protocol is null ? request : request with { Protocol = Protocol.Find(protocol) })
        );
    }

    [Fact]
    public void A_choice_that_is_none_is_named()
    {
        var error = Assert.Throws<UsageException>(() => CertificationChoice.Find("alpha-crow"));
        Assert.Contains("did you mean 'alpha-crown'", error.Message, StringComparison.Ordinal);
        Assert.Equal(CertifyKind.AlphaCrown, CertificationChoice.Find("alpha-crown"));
    }

    /// <summary>At 0.4 nothing can be certified: the trial's 32 examples, and no others.</summary>
    [Fact]
    public void Thrift_leaves_the_rest_untried_and_says_so()
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        var request = BoundedRuns.Request(folder.Path, net, "linf:0.4", CertifyKind.Auto) with
        {
            Protocol = Protocol.Find("standard"),
        };
        using var bounds = EvaluationBounds.Of(request)!;
        bounds.Run([.. Enumerable.Range(0, N)], new Rng(5), "00", null, CancellationToken.None);
        Assert.Equal(
            "crown proved none of the first 32 examples that are right, and was not tried on the others",
            bounds.Card.Remark
        );
        string[] stages =
        [
            .. File.ReadLines(folder.File("certify-journal.jsonl"))
                .Skip(1)
                .Select(line => (string)JsonNode.Parse(line)!["stage"]!),
        ];
        Assert.Equal(["clean 4", "ibp 4", "crown/trial 4"], stages.CountBy(s => s).Select(s => $"{s.Key} {s.Value}"));
        // Where one of the trial is certified, all are tried.
        using var second = new Folder();
        using var more = EvaluationBounds.Of(
            request with
            {
                Folder = second.Path,
                Threat = Temper.Threats.ThreatModel.Parse("linf:0.21"),
            }
        )!;
        more.Run([.. Enumerable.Range(0, N)], new Rng(5), "00", null, CancellationToken.None);
        Assert.Null(more.Card.Remark);
    }

    /// <summary>Three units, a line below and above each, over the 36 inputs flattened and 36 · 3 weights; then 3 scores over 3 · 3 more.</summary>
    [Fact]
    public void The_work_of_linear_bounds_is_counted_and_not_timed()
    {
        using var net = BoundedRuns.Net();
        using var graph = BoundGraph.Of(net).Graph!;
        Assert.Equal((6 * 144) + (3 * 153), graph.LinearWork());
    }
}
