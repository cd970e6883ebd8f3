using Temper.Errors;
using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>Every evaluation on test data is counted once, beside the model it looked at.</summary>
public sealed class TestLooksTests
{
    [Fact]
    public void Evaluations_and_attacks_are_counted_and_a_resumed_evaluation_once()
    {
        using var home = Home();
        using var file = Model(home.File("best.safetensors"));
        using var first = new Folder();
        Assert.Equal(1, Evaluate(file, first));
        Assert.Equal(1, Evaluate(file, first, resume: true));
        using var second = new Folder();
        // As if it had been killed after its look was counted and before its manifest said so.
        Assert.Equal(2, Evaluate(file, second));
        var manifest = second.File("manifest.json");
        (RunManifest.Read(manifest) with { TestLooks = null }).Write(manifest);
        Assert.Equal(2, Evaluate(file, second, resume: true));

        using var points = new Folder();
        var request = Request(file, points) with { Limit = 3 };
        AttackRun.Run(request, points.File("p.safetensors"), false, TimeProvider.System, null, CancellationToken.None);
        using var third = new Folder();
        Assert.Equal(4, Evaluate(file, third));
        var looks = File.ReadAllLines(home.File(TestLooks.FileName));
        Assert.Equal(4, looks.Length);
        Assert.Contains("\"command\":\"attack\"", looks[2], StringComparison.Ordinal);
        Assert.Contains("\"selection\":\"first 3\",\"n\":3,", looks[2], StringComparison.Ordinal);

        // Another file of the same run is another model.
        using var last = Model(home.File("last.safetensors")) with { Sha256 = "11" };
        using var fourth = new Folder();
        Assert.Equal(1, Evaluate(last, fourth));
        var report = ReportFolder.Read(third.Path);
        Assert.EndsWith("It is look 4 at test data with this model.", report.Claim.Sentence, StringComparison.Ordinal);
        Assert.Contains("4 with this very model, this one included", ClaimCard.Text(report), StringComparison.Ordinal);
        Assert.Contains("this is look 4 at it", File.ReadAllText(third.File("report.html")), StringComparison.Ordinal);
        Assert.DoesNotContain("It is look", ReportFolder.Read(fourth.Path).Claim.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_lies_in_no_training_run_is_not_known()
    {
        using var foreign = new Folder();
        using var file = Model(foreign.File("model.pt"));
        using var output = new Folder();
        Assert.Null(Evaluate(file, output));
        Assert.False(File.Exists(foreign.File(TestLooks.FileName)));
        var report = ReportFolder.Read(output.Path);
        Assert.Contains("Looks at test data: not known", ClaimCard.Text(report), StringComparison.Ordinal);
        Assert.Contains("| Looks at test data | not known", ClaimCard.ModelCard(report), StringComparison.Ordinal);
        Assert.Contains("nobody has counted", File.ReadAllText(output.File("report.html")), StringComparison.Ordinal);
        // Neither a manifest of another program nor that of an evaluation makes a folder a training run.
        foreach (var other in (string[])["{}", File.ReadAllText(output.File("manifest.json"))])
        {
            File.WriteAllText(foreign.File("manifest.json"), other);
            Assert.Null(TestLooks.Count(file.Path, Look(0)));
        }
    }

    [Fact]
    public void Only_the_test_split_counts()
    {
        using var home = Home();
        Assert.Null(TestLooks.Count(home.File("best.safetensors"), Look(0) with { Split = "validation" }));
        Assert.False(File.Exists(home.File(TestLooks.FileName)));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_number_is_not_known()
    {
        using var home = Home();
        // Permissions would not stop a superuser.
        Directory.CreateDirectory(home.File(TestLooks.FileName));
        Assert.Null(TestLooks.Count(home.File("best.safetensors"), Look(0)));
    }

    [Fact]
    public void A_line_that_was_cut_off_is_written_over_and_one_that_was_edited_is_named()
    {
        using var home = Home();
        var (model, path) = (home.File("best.safetensors"), home.File(TestLooks.FileName));
        Assert.Equal(1, TestLooks.Count(model, Look(0)));
        var whole = File.ReadAllText(path);
        File.AppendAllText(path, whole[..20]);
        Assert.Equal(2, TestLooks.Count(model, Look(1)));
        Assert.Equal(2, File.ReadAllLines(path).Length);
        Assert.StartsWith(whole, File.ReadAllText(path), StringComparison.Ordinal);
        File.WriteAllText(path, whole + "{}\n");
        var error = Assert.Throws<DataException>(() => TestLooks.Count(model, Look(2)));
        Assert.StartsWith($"{path}:2: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluations_that_begin_together_are_all_counted()
    {
        using var home = Home();
        var model = home.File("best.safetensors");
        var counted = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => TestLooks.Count(model, Look(i))))
        );
        Assert.Equal(Enumerable.Range(1, 8).Select(i => (int?)i), counted.Order());
    }

    private static TestLook Look(int minute) =>
        new(
            new DateTimeOffset(2026, 1, 1, 0, minute, 0, TimeSpan.Zero),
            "evaluate",
            "00",
            "toy",
            "test",
            "00",
            "all",
            6,
            "linf:0.1",
            ["fgsm"],
            "00"
        );

    /// <summary>The folder of a training run.</summary>
    private static Folder Home()
    {
        var folder = new Folder();
        (new SampleRun().Manifest() with { Kind = RunManifest.Train }).Write(folder.File("manifest.json"));
        return folder;
    }

    private static ModelFile Model(string path) => new(Toy.ConvNet(1), path, "00", "unknown", 0, "unknown");

    private static EvaluationRequest Request(ModelFile file, Folder folder) =>
        new()
        {
            Model = file,
            Set = Toy.Stripes(6, 3, split: "test"),
            Threat = ThreatModel.Parse("linf:0.01"),
            Attacks = RequestedAttack.Resolve([new("fgsm")], []),
            Block = 6,
            Threads = 1,
            Folder = folder.Path,
        };

    private static int? Evaluate(ModelFile file, Folder folder, bool resume = false)
    {
        EvaluationRun.Run(
            Request(file, folder) with
            {
                Resume = resume,
            },
            TimeProvider.System,
            null,
            CancellationToken.None
        );
        var looks = RunManifest.Read(folder.File("manifest.json")).TestLooks;
        Assert.Equal(
            looks,
            (int?)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(folder.File("report.json")))!["testLooks"]
        );
        return looks;
    }
}
