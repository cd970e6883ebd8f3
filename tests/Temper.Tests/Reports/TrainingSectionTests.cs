using System.Text.Json.Nodes;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

public sealed class TrainingSectionTests
{
    [Fact]
    public void Best_and_last_epoch_stand_beside_each_other_and_weak_settings_are_named()
    {
        using var folder = new Folder();
        new SampleRun().Write(folder.Path);
        var path = folder.File("manifest.json");
        var manifest = RunManifest.Read(path);
        (
            manifest with
            {
                Training = manifest.Training! with
                {
                    Best = new(4, 1000, 984, 893),
                    Last = new(6, 1000, 986, 875),
                    Weaknesses =
                    [
                        new("steps-fall-short", true, "training.objective.step", "pgd: too short", "longer steps"),
                    ],
                },
            }
        ).Write(path);
        ReportFolder.Write(folder.Path);
        var page = File.ReadAllText(folder.File("report.html"));
        Assert.Contains(
            "Of 1,000 validation examples 893 were right under attack after epoch 4, 875 after the last, 6: 1.8 points less.",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "pgd: too short (<code>steps-fall-short</code>, trained all the same). <code>training.objective.step</code>: longer steps.",
            page,
            StringComparison.Ordinal
        );
        var report = JsonNode.Parse(File.ReadAllText(folder.File("report.json")))!;
        Assert.Equal(
            """{"n":1000,"best":{"epoch":4,"clean":984,"robust":893},"last":{"epoch":6,"clean":986,"robust":875}}""",
            report["validation"]!.ToJsonString()
        );
    }
}
