using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>A model's health is measured where a protocol is followed, once, and judged with the rest.</summary>
public sealed class HealthRunTests
{
    [Fact]
    public void It_is_measured_once_and_read_with_the_evidence()
    {
        using var file = new ModelFile(Toy.ConvNet(1), "toy", "00", "unknown", 0, "unknown");
        using var folder = new Folder();
        var request = new EvaluationRequest
        {
            Model = file,
            Set = Toy.Stripes(12, 3),
            Threat = ThreatModel.Parse("linf:0.01"),
            Attacks = [],
            Protocol = Protocol.Find("quick"),
            Block = 6,
            Threads = 1,
            Folder = folder.Path,
        };
        EvaluationRun.Run(request, TimeProvider.System, null, CancellationToken.None);
        Assert.Equal(12, Evidence.Read(folder.Path).Health!.N);
        Assert.Contains(
            "Training data unknown: nobody has looked whether examples evaluated here were trained on.",
            RunManifest.Read(folder.File("manifest.json")).Model.Notes!
        );

        // What stands there is not measured again.
        var path = folder.File(HealthFile.Name);
        HealthFile.Write(path, HealthFile.Read(path) with { Forwards = 1 });
        EvaluationRun.Run(request with { Resume = true }, TimeProvider.System, null, CancellationToken.None);
        Assert.Equal(1, HealthFile.Read(path).Forwards);
    }

    [Fact]
    public void Without_a_protocol_nothing_is_measured()
    {
        using var file = new ModelFile(Toy.ConvNet(1), "toy", "00", "unknown", 0, "linf:0.1 by hand");
        using var folder = new Folder();
        var request = new EvaluationRequest
        {
            Model = file,
            Set = Toy.Stripes(6, 3),
            Threat = ThreatModel.Parse("linf:0.01"),
            Attacks = RequestedAttack.Resolve([new("fgsm")], []),
            Block = 6,
            Threads = 1,
            Folder = folder.Path,
            Overlap = 0,
        };
        EvaluationRun.Run(request, TimeProvider.System, null, CancellationToken.None);
        Assert.False(File.Exists(folder.File(HealthFile.Name)));
        Assert.Null(Evidence.Read(folder.Path).Health);
        Assert.Null(RunManifest.Read(folder.File("manifest.json")).Model.Notes);
    }
}
