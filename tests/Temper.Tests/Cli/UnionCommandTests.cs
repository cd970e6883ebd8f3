using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Tests.Cli;

/// <summary>Commands under a union of norms.</summary>
public sealed class UnionCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private const string Union = "linf:0.05+l2:0.5";

    [Fact]
    public void Evaluate_reports_the_worst_case_over_members_and_says_what_was_left_out()
    {
        var folder = run.Fresh();
        string[] more = ["--threat", "linf:0.05+l1:3", "--attack", "fgsm,deepfool", "--limit", "30", "--quiet"];
        var said = Tool.Run([.. Tool.Evaluate(run.Folder, folder, more), "--set", "attack.deepfool.steps=5"])
            .Succeeds();
        Assert.Contains(
            "Note: deepfool cannot search under l1:3 and was left out there.",
            said.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("under the union linf:0.05+l1:3", said.Output, StringComparison.Ordinal);
        var evidence = Temper.Evaluation.Evidence.Read(folder);
        Assert.Equal(["fgsm@linf", "fgsm@l1", "deepfool@linf"], evidence.Attacks.Select(a => a.Name));
        Assert.Equal(["linf:0.05", "l1:3", "linf:0.05"], evidence.Manifest.Attacks.Select(a => a.Threat));
        Assert.Equal(5, (int)evidence.Manifest.Attacks[2].Options["steps"]!);
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
        Assert.Equal(evidence.Ledger.Count(r => r.BrokenBy is null), (int)report["worstCase"]!["robust"]!);
        Assert.Equal(["linf", "l1"], report["threat"]!["members"]!.AsArray().Select(m => (string)m!["norm"]!));
        Assert.Contains(Findings.MemberLeftOut, report["findings"]!.AsArray().Select(f => (string)f!["id"]!));
        var page = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Contains("under</span> linf:0.05+l1:3", page, StringComparison.Ordinal);
        Assert.Contains(
            "by at most 0.05, up or down, or change the values of the input by amounts",
            page,
            StringComparison.Ordinal
        );
        foreach (var name in evidence.Attacks.Select(a => a.Name))
        {
            Assert.Contains($"<th scope=\"row\">{name}", page, StringComparison.Ordinal);
        }
        // The report is made from the evidence, and so it is again.
        Tool.Run("report", folder).Succeeds();
        Assert.Equal(page, File.ReadAllText(Path.Combine(folder, "report.html")));
    }

    [Fact]
    public void Attack_refuses_a_union() =>
        Tool.Run("attack", run.Folder, "--threat", Union, "--out", run.Fresh(), "--threads", "1")
            .Fails(
                ExitCode.Configuration,
                "cannot search under linf:0.05+l2:0.5",
                "run it under each member, linf:0.05 and l2:0.5"
            );

    [Fact]
    public void Evaluate_refuses_a_curve_and_members_that_nothing_searches()
    {
        var folder = run.Fresh();
        Tool.Run(Tool.Evaluate(run.Folder, folder, "--threat", Union, "--curve", "10"))
            .Fails(ExitCode.Usage, "a curve of accuracy against ε needs one budget", Union);
        Tool.Run(Tool.Evaluate(run.Folder, folder, "--threat", "linf:0.05+l0:3", "--attack", "square"))
            .Fails(ExitCode.Configuration, "square", "l0:3", "fgsm");
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Training_refuses_a_union()
    {
        var folder = run.Fresh();
        Tool.Run([.. Tool.Train(folder), $"threat={Union}", "training.objective.id=pgd"])
            .Fails(
                ExitCode.Configuration,
                "threat",
                Union,
                "training.objective pgd takes one norm",
                "under unions train avg, e-at, max, msd, natural",
                "temper evaluate --threat"
            );
        Assert.False(File.Exists(Path.Combine(folder, "manifest.json")));
    }

    [Fact]
    public void A_method_for_several_norms_trains_under_a_union_and_weak_settings_are_said_and_kept()
    {
        var folder = run.Fresh();
        string[] sets =
        [
            $"threat={Union}",
            "training.objective.id=e-at",
            "training.objective.steps=2",
            "data.validation=59800",
            "evaluation.curve.examples=0",
            "evaluation.twin=false",
        ];
        Tool.Run([.. Tool.Train(folder), .. sets, "training.allow-weak=false"])
            .Fails(ExitCode.Configuration, "training.validate", "validation-falls-short", "training.allow-weak=true");
        Assert.False(Directory.Exists(folder));
        var said = Tool.Run([.. Tool.Train(folder), .. sets]).Succeeds();
        Assert.Contains("Weak setting: the best epoch is chosen by 2 steps", said.Output, StringComparison.Ordinal);
        var manifest = RunManifest.Read(Path.Combine(folder, "manifest.json"));
        Assert.Equal(Union, manifest.Threat.Text);
        var refused = Assert.Single(manifest.Training!.Weaknesses!, w => w.Refused);
        Assert.Equal(("validation-falls-short", "training.validate"), (refused.Id, refused.Path));
        Assert.Equal(
            (1, 1, 100),
            (manifest.Training.Best!.Epoch, manifest.Training.Last!.Epoch, manifest.Training.Best.Examples)
        );
        // 2 steps of apgd: 4 F + 3 B.
        Assert.Equal((800, 600), (manifest.Training.Forwards, manifest.Training.Backwards));
        Assert.Contains(
            "<code>validation-falls-short</code>, trained all the same",
            File.ReadAllText(Path.Combine(folder, "report.html")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Runs_under_other_unions_are_not_comparable()
    {
        var (one, two) = (Threat("linf:0.05", "l2:0.5"), Threat("linf:0.05", "l2:1"));
        Assert.Equal("threat model (linf:0.05+l2:0.5, linf:0.05+l2:1)", Assert.Single(Differences(one, two)));
        Assert.Empty(Differences(one, Threat("l2:0.5", "linf:0.05")));

        static IReadOnlyList<string> Differences(ManifestThreat a, ManifestThreat b)
        {
            var sample = new Reports.SampleRun();
            return Temper.Reports.Comparability.Differences(
                (sample with { Threat = a }).Manifest(),
                (sample with { Threat = b }).Manifest()
            );
        }

        static ManifestThreat Threat(params string[] members) =>
            new(string.Join('+', members), ManifestThreat.Union, 1)
            {
                Members =
                [
                    .. members
                        .Select(m => Temper.Threats.ThreatModel.Parse(m))
                        .Select(m => new ManifestThreat(m.Text, m.Norm, m.Epsilon.Value)),
                ],
            };
    }
}
