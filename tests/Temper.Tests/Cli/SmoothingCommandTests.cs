using System.Text.Json.Nodes;
using Temper.Certification.Smoothing;
using Temper.Errors;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Tests.Cli;

/// <summary><c>temper certify --method smoothing</c>.</summary>
public sealed class SmoothingCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Writes_a_folder_that_says_what_it_prints_and_goes_on_where_it_was()
    {
        var folder = run.Fresh();
        var result = Certify(folder).Succeeds();
        var path = Path.Combine(folder, SmoothedCsv.FileName);
        var rows = SmoothedCsv.Read(path);
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
        Assert.Equal(20, rows.Count);
        Assert.Equal((int)report["certified"]!, rows.Count(r => r.HoldsAt(0.1)));
        Assert.Contains(
            $"{report["certified"]} of 20 examples certified under l2:0.1",
            result.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("nothing is proved of the model itself", result.Output, StringComparison.Ordinal);
        var manifest = RunManifest.Read(Path.Combine(folder, "manifest.json"));
        Assert.Equal(
            (0.25, 10, 60, 0.001),
            (
                manifest.Certification!.Sigma,
                manifest.Certification.N0,
                manifest.Certification.N,
                manifest.Certification.Alpha
            )
        );
        Assert.Equal(Hashes.Sha256OfFile(path), manifest.Files![SmoothedCsv.FileName]);
        Assert.Contains(SmoothedCurve.FileName, manifest.Files.Keys);

        // Its votes are not taken again, but an edited one is found.
        Tool.Run("claim", "verify", folder).Succeeds();
        Assert.Contains("not checked", Tool.Run("claim", "verify", folder, "--model", run.Weights).Succeeds().Output);
        var certificates = File.ReadAllText(path);
        File.WriteAllText(path, certificates.Replace(",60,", ",61,", StringComparison.Ordinal));
        Assert.Equal((int)ExitCode.NotVerified, Tool.Run("claim", "verify", folder).Code);
        File.WriteAllText(path, certificates);
        Tool.Run("report", folder).Fails(ExitCode.Data, "by smoothing");

        var journal = Path.Combine(folder, "journal.jsonl");
        var lines = File.ReadAllLines(journal);
        File.WriteAllLines(journal, lines[..3]);
        Certify(folder, "--resume").Succeeds();
        Assert.Equal(certificates, File.ReadAllText(path));
        Assert.Equal(lines.Length, File.ReadAllLines(journal).Length);
        Certify(folder, "--resume", "--alpha", "0.01").Fails(ExitCode.Data, "another evaluation");
    }

    [Fact]
    public void Says_what_it_cannot()
    {
        Tool.Run("certify", run.Weights, "--threat", "l2:1", "--method", "smoothing").Fails(ExitCode.Usage, "--sigma");
        Tool.Run("certify", run.Weights, "--threat", "l2:1", "--sigma", "1").Fails(ExitCode.Usage, "belongs to");
        Tool.Run(
                "certify",
                run.Weights,
                "--threat",
                "linf:0.1",
                "--method",
                "smoothing",
                "--sigma",
                "1",
                "--threads",
                "1",
                "--out",
                run.Fresh()
            )
            .Fails(ExitCode.Configuration, "under l2");
    }

    private ToolResult Certify(string folder, params string[] more) =>
        Tool.Run([
            "certify",
            run.Weights,
            "--threat",
            "l2:0.1",
            "--method",
            "smoothing",
            "--sigma",
            "0.25",
            "--n0",
            "10",
            "--n",
            "60",
            "--limit",
            "20",
            "--threads",
            "1",
            "--out",
            folder,
            .. more,
        ]);
}
