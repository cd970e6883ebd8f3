using System.Text.Json.Nodes;
using System.Xml.Linq;
using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>What an attack did otherwise than asked, and what a surrogate cost, stand in manifest and report beside the attack.</summary>
public sealed class RemarksTests
{
    private const string Dlr = "loss 'dlr' needs 3 classes, the model has 2; 'margin' takes its place.";
    private const int Steps = 7;

    [Fact]
    public void They_reach_manifest_and_report_and_are_kept_for_a_resumed_run()
    {
        using var model = Toy.ConvNet(1, classes: 2);
        using var file = new ModelFile(model, "toy", "00", "unknown", 0, "unknown");
        using var folder = new Folder();
        string[] sets =
        [
            "attack.apgd.loss=dlr",
            "attack.apgd.steps=2",
            $"attack.transfer.model={ContractModels.Surrogate(model)}",
            $"attack.transfer.steps={Steps}",
            "attack.transfer.loss=dlr",
        ];
        var request = new EvaluationRequest
        {
            Model = file,
            Set = Toy.Stripes(21, 3, classes: 2),
            Threat = ThreatModel.Parse("linf:0.0001"),
            Attacks = RequestedAttack.Resolve(
                [new("fgsm"), new("apgd"), new("transfer")],
                ConfigReader.AttackOverrides(sets)
            ),
            // The last block is filled up, and what fills it is nobody's cost.
            Block = 6,
            Threads = 1,
            Folder = folder.Path,
        };
        EvaluationRun.Run(request, TimeProvider.System, null, CancellationToken.None);
        var first = Remarks(folder);
        File.Delete(folder.File("report.json"));
        EvaluationRun.Run(request with { Resume = true }, TimeProvider.System, null, CancellationToken.None);
        Assert.Equal(first, Remarks(folder));

        var attacks = RunManifest.Read(folder.File("manifest.json")).Attacks;
        Assert.Equal((null, null), (attacks[0].Notices, attacks[0].Surrogate));
        Assert.Equal([$"apgd: {Dlr}"], attacks[1].Notices!);
        Assert.Equal([$"on the surrogate, pgd: {Dlr}"], attacks[2].Notices!);
        Assert.Null(attacks[1].Surrogate);
        var report = JsonNode.Parse(File.ReadAllText(folder.File("report.json")))!["attacks"]!;
        var attempted = (int)report[2]!["attempted"]!;
        Assert.True(attempted > request.Block && attempted % request.Block != 0, $"{attempted}");
        Assert.Equal(new(attempted * Steps, attempted * Steps), attacks[2].Surrogate);
        Assert.Equal(attempted * Steps, (int)report[2]!["surrogate"]!["gradients"]!);
        Assert.Null(report[0]!["surrogate"]);
        Assert.Empty(report[0]!["notices"]!.AsArray());
    }

    [Fact]
    public void In_the_page_they_stand_in_the_row_of_their_attack()
    {
        using var folder = new Folder();
        var run = new SampleRun();
        var passes = new ManifestPasses(3_600_000, 2_400_000);
        var remarked = run.Attacks[1] with { Notices = ["pgd: <said> & done."], Surrogate = passes };
        (run with { Attacks = [run.Attacks[0], remarked, run.Attacks[2]] }).Write(folder.Path);
        ReportFolder.Write(folder.Path);
        var text = File.ReadAllText(folder.File("report.html"));
        var page = XDocument.Parse(text[text.IndexOf("<html", StringComparison.Ordinal)..]);
        var rows = page.Descendants("section")
            .Single(s => (string?)s.Attribute("aria-labelledby") == "attacks")
            .Descendants("th")
            .Where(th => (string?)th.Attribute("scope") == "row")
            .Select(th => th.Value)
            .ToList();
        var row = Assert.Single(rows, r => r.Contains("Notice: pgd: <said> & done.", StringComparison.Ordinal));
        Assert.StartsWith("pgd", row, StringComparison.Ordinal);
        Assert.Same(row, Assert.Single(rows, r => r.Contains("on its surrogate", StringComparison.Ordinal)));
        Assert.Contains("Evaluation, through surrogates", text, StringComparison.Ordinal);

        run.Write(folder.Path);
        ReportFolder.Write(folder.Path);
        text = File.ReadAllText(folder.File("report.html"));
        Assert.DoesNotContain("Notice: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("surrogate", text, StringComparison.Ordinal);
    }

    private static string Remarks(Folder folder) =>
        string.Join(
            '\n',
            RunManifest
                .Read(folder.File("manifest.json"))
                .Attacks.Select(a => $"{string.Join(' ', a.Notices ?? [])} {a.Surrogate}")
        );
}
