using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Tests.Cli;

/// <summary><c>temper certify</c>.</summary>
public sealed class CertifyCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Theory]
    [InlineData("ibp")]
    [InlineData("complete")]
    public void Writes_a_folder_that_says_what_it_prints(string method)
    {
        var folder = run.Fresh();
        var result = Certify(folder, "linf:0.01", "--method", method, "--seconds", "2").Succeeds();
        var rows = CertificatesCsv.Read(Path.Combine(folder, CertificatesCsv.FileName));
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
        Assert.Equal(20, rows.Count);
        Assert.Equal((int)report["certified"]!, rows.Count(r => r.Verdict == Verdict.Certified));
        Assert.Equal((int)report["falsified"]!, rows.Count(r => r.Verdict == Verdict.Falsified));
        Assert.Equal((int)report["cleanCorrect"]!, rows.Count(r => r.CleanPrediction == r.Label));
        Assert.Contains(
            $"{report["certified"]} of 20 examples certified under linf:0.01 by {method}",
            result.Output,
            StringComparison.Ordinal
        );
        var manifest = RunManifest.Read(Path.Combine(folder, "manifest.json"));
        Assert.Equal(RunManifest.Certify, manifest.Kind);
        Assert.Equal(
            Hashes.Sha256OfFile(Path.Combine(folder, CertificatesCsv.FileName)),
            manifest.Files![CertificatesCsv.FileName]
        );
        var points = BrokenPoints.Read(Path.Combine(folder, BrokenPoints.FileName));
        Assert.Equal(
            rows.Where(r => r is { Verdict: Verdict.Falsified, By: not "clean" }).Select(r => r.Index),
            points.Indices
        );
    }

    [Fact]
    public void Its_folder_is_reported_again_and_verified()
    {
        var folder = run.Fresh();
        Certify(folder, "linf:0.01", "--method", "crown").Succeeds();
        var page = File.ReadAllText(Path.Combine(folder, "report.html"));
        File.Delete(Path.Combine(folder, "report.html"));
        Assert.Contains("of 20 examples certified", Tool.Run("report", folder).Succeeds().Output);
        Assert.Equal(page, File.ReadAllText(Path.Combine(folder, "report.html")));
        var said = Tool.Run("claim", "verify", folder, "--model", run.Weights).Succeeds().Output;
        Assert.EndsWith("verified\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("not checked", said, StringComparison.Ordinal);
        Tool.Run("claim", "show", folder).Fails(ExitCode.Data, "makes no claim");
    }

    [Fact]
    public void Goes_on_where_it_was_and_comes_to_the_same()
    {
        var folder = run.Fresh();
        Certify(folder, "linf:0.02").Succeeds();
        var certificates = File.ReadAllText(Path.Combine(folder, CertificatesCsv.FileName));
        Assert.Contains("certified", certificates, StringComparison.Ordinal);
        var journal = Path.Combine(folder, "journal.jsonl");
        var lines = File.ReadAllLines(journal);
        File.WriteAllLines(journal, lines[..3]);
        Certify(folder, "linf:0.02", "--resume").Succeeds();
        Assert.Equal(certificates, File.ReadAllText(Path.Combine(folder, CertificatesCsv.FileName)));
        Assert.Equal(lines.Length, File.ReadAllLines(journal).Length);
        Certify(folder, "linf:0.03", "--resume").Fails(ExitCode.Data, "another evaluation");
        // Certifying looks at test data; going on with it is the same look.
        var looks = RunManifest.Read(Path.Combine(folder, "manifest.json")).TestLooks!.Value;
        var next = run.Fresh();
        Certify(next, "linf:0.02").Succeeds();
        Assert.Equal(looks + 1, RunManifest.Read(Path.Combine(next, "manifest.json")).TestLooks);
    }

    [Theory]
    [InlineData("l1:1", "crown", ExitCode.Configuration, "linf and l2")]
    [InlineData("linf:0.1", "crow", ExitCode.Usage, "did you mean")]
    public void Says_what_it_cannot(string threat, string method, ExitCode code, string words) =>
        Certify(run.Fresh(), threat, "--method", method).Fails(code, words);

    private ToolResult Certify(string folder, string threat, params string[] more) =>
        Tool.Run([
            "certify",
            run.Weights,
            "--threat",
            threat,
            "--limit",
            "20",
            "--block",
            "20",
            "--threads",
            "1",
            "--out",
            folder,
            "--set",
            "attack.pgd-margin.steps=3",
            .. more,
        ]);
}
