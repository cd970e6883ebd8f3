using Temper.Errors;
using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Evaluation.Health;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>A model that should show gradients and lets none reach its input.</summary>
public sealed class BlindGradientsTests
{
    [Fact]
    public void Under_a_protocol_attacks_that_follow_gradients_are_left_out_and_the_claim_is_refused()
    {
        using var whole = Toy.ConvNet(1);
        using var file = Model(Bent.Of(whole, before: x => x.detach()));
        using var folder = new Folder();
        EvaluationRun.Run(Request(file, folder), TimeProvider.System, null, CancellationToken.None);
        var report = ReportFolder.Read(folder.Path);
        Assert.Equal(["square"], report.Evidence.Manifest.Attacks.Select(a => a.Name));
        Assert.DoesNotContain(report.Evidence.Probes, p => p.Name.Contains("gd", StringComparison.Ordinal));
        Assert.Contains(report.Findings, f => f is { Id: "TMP137", Severity: Severity.Error });
        Assert.Contains(report.Claim.Reasons, r => r.Text == "finding TMP137");
    }

    [Fact]
    public void Where_gradients_reach_the_input_or_no_protocol_is_followed_nothing_is_left_out()
    {
        using var seeing = Model(Toy.ConvNet(1));
        using var folder = new Folder();
        var request = Request(seeing, folder);
        Assert.Same(request, BlindGradients.Without(request));
        using var whole = Toy.ConvNet(1);
        using var blind = Model(Bent.Of(whole, before: x => x.detach()));
        var bare = Request(blind, folder) with { Protocol = null };
        Assert.Same(bare, BlindGradients.Without(bare));
        Assert.Throws<ModelException>(() => EvaluationRun.Run(bare, TimeProvider.System, null, CancellationToken.None));
    }

    private static ModelFile Model(Temper.Models.ModuleClassifier model) =>
        new(model, "toy", "00", "unknown", 0, "unknown");

    private static EvaluationRequest Request(ModelFile file, Folder folder) =>
        new()
        {
            Model = file,
            Set = Toy.Stripes(6, 3),
            Threat = ThreatModel.Parse("linf:0.01"),
            Attacks = RequestedAttack.Resolve(
                [new("fgsm"), new("square")],
                ConfigReader.AttackOverrides(["attack.square.queries=10"])
            ),
            Protocol = Protocol.Find("quick"),
            Block = 6,
            Threads = 1,
            Folder = folder.Path,
        };
}
