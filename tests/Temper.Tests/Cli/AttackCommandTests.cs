using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Serialization;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Cli;

/// <summary>The points that <c>temper attack</c> writes are what it says they are.</summary>
public sealed class AttackCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Theory]
    [InlineData("linf:0.1", "pgd", "--limit", 70)]
    [InlineData("l2:1.5", "pgd-margin", "--sample", 70)]
    [InlineData("linf:8/255", "fgsm", "--limit", 50)]
    public void Points_are_legal_and_scored_right(string text, string attack, string choice, int n)
    {
        var path = Path.Combine(run.Root, $"{attack}-{n}.safetensors");
        string[] args = ["attack", run.Folder, "--threat", text, "--attack", attack, choice, $"{n}", "--out", path];
        if (attack != "fgsm")
        {
            args = [.. args, "--set", $"attack.{attack}.restarts=2", $"attack.{attack}.steps=5"];
        }
        var said = Tool.Run([.. args, "--block", "50", "--threads", "1", "--quiet"]).Succeeds().Output;

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var file = SafetensorsFile.Read(path);
        var found = file.Entries.ToDictionary(e => e.Name, Weights.Tensor);
        var indices = Tensors.ToArray<long>(found["indices"]);
        Assert.Equal(n, indices.Distinct().Count());
        Assert.Equal(indices.Order(), indices);
        var set = Datasets.Load("mnist", "test");
        using var batch = BatchSource.Gather(set, [.. indices.Select(i => (int)i)], CPU);
        Assert.Equal(Tensors.ToArray<long>(batch.Labels), Tensors.ToArray<long>(found["labels"]));

        var threat = ThreatModel.Parse(text);
        var inputs = found["inputs"];
        Assert.Equal(ScalarType.Float32, inputs.dtype);
        Assert.All(threat.Contains(inputs, batch.Inputs), Assert.True);
        var distances = Tensors.ToArray<double>(threat.Distance(inputs, batch.Inputs));
        Assert.Equal(distances, Tensors.ToArray<double>(found["distances"]));
        Assert.All(distances, d => Assert.InRange(d, 0, threat.Epsilon.Value * (1 + 1e-6)));

        using var model = ModelFile.Open(run.Folder, new(1, 28, 28), 10);
        using var mode = model.Classifier.Enter(Mode.Evaluate);
        var logits = model.Classifier.Logits(inputs);
        Assert.Equal(Margin.Predictions(logits), Tensors.ToArray<int>(found["predictions"]));
        var broken = Tensors.ToArray<bool>(found["broken"]);
        Assert.Equal(Tensors.ToArray<bool>(Margin.Wrong(logits, batch.Labels)), broken);
        Assert.StartsWith(
            $"{broken.Count(b => b)} of {n} examples broken under {text} by {attack}",
            said,
            StringComparison.Ordinal
        );
        Assert.Equal((text, attack), (file.Metadata["temper.threat"], file.Metadata["temper.attack"]));
    }

    [Theory]
    [InlineData("linf:8/255")]
    [InlineData("l2:0.7")]
    public void Bytes_are_legal_judged_anew_and_told(string text)
    {
        var path = Path.Combine(run.Root, "bytes.safetensors");
        string[] args = ["attack", run.Folder, "--threat", text, "--attack", "fgsm", "--limit", "60", "--out", path];
        args = [.. args, "--block", "50", "--threads", "1", "--round", "8", "--json"];
        var told = JsonNode.Parse(Tool.Run(args).Succeeds().Output)!;

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var found = SafetensorsFile.Read(path).Entries.ToDictionary(e => e.Name, Weights.Tensor);
        var bytes = Tensors.ToArray<byte>(found["inputs8"]);
        var clean = ((ImageSet)Datasets.Load("mnist", "test")).Pixels.AsSpan(0, bytes.Length).ToArray();
        var changes = bytes.Zip(clean, (a, b) => Math.Abs(a - b) / 255.0).Chunk(784);
        var threat = ThreatModel.Parse(text);
        double[] lengths = [.. changes.Select(c => threat.Norm == "linf" ? c.Max() : Math.Sqrt(c.Sum(v => v * v)))];
        Assert.All(lengths, l => Assert.InRange(l, 0, threat.Epsilon.Value + 1e-12));
        Assert.All(
            lengths.Zip(Tensors.ToArray<double>(found["distances8"])),
            p => Assert.Equal(p.First, p.Second, 1e-9)
        );

        using var model = ModelFile.Open(run.Folder, new(1, 28, 28), 10);
        using var mode = model.Classifier.Enter(Mode.Evaluate);
        var logits = model.Classifier.Logits(found["inputs8"].to(ScalarType.Float32) / 255);
        Assert.Equal(Margin.Predictions(logits), Tensors.ToArray<int>(found["predictions8"]));
        var broken = Tensors.ToArray<bool>(found["broken8"]);
        Assert.Equal(Tensors.ToArray<bool>(Margin.Wrong(logits, found["labels"])), broken);
        Assert.Equal(broken.Count(b => b), (int)told["rounded"]!["broken"]!);
        Assert.Equal(Tensors.ToArray<bool>(found["broken"]).Count(b => b), (int)told["broken"]!);
        Assert.Equal((60, 0), ((int)told["examples"]!, (int)told["rounded"]!["between"]!));

        var said = Tool.Run([.. args[..^1], "--quiet"]).Succeeds().Output;
        Assert.Contains($"judged again: {told["rounded"]!["broken"]} of 60.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_numbers_of_bits_are_refused() =>
        Tool.Run("attack", run.Folder, "--threat", "linf:0.1", "--out", "x", "--round", "7")
            .Fails(ExitCode.Usage, "--round: found 7, expected 8");

    [Fact]
    public void A_class_to_aim_at_is_said_wherever_the_counts_are()
    {
        var path = run.Fresh();
        const string Threat = "linf:0.2 target=3";
        string[] options = ["--threat", Threat, "--attack", "pgd", "--limit", "60", "--block", "30", "--threads", "1"];
        options = [.. options, "--set", "attack.pgd.steps=5", "--quiet"];
        var said = Tool.Run(["attack", run.Folder, .. options, "--out", path]).Succeeds().Output;
        using (NewDisposeScope())
        {
            var file = SafetensorsFile.Read(path);
            var found = file.Entries.ToDictionary(e => e.Name, Weights.Tensor);
            var labels = Tensors.ToArray<long>(found["labels"]);
            var predictions = Tensors.ToArray<int>(found["predictions"]);
            var broken = Tensors.ToArray<bool>(found["broken"]);
            Assert.Equal(labels.Zip(predictions, (label, p) => label != 3 && p == 3), broken);
            Assert.Contains(true, broken);
            Assert.StartsWith(
                $"{broken.Count(b => b)} of {labels.Count(label => label != 3)} examples broken under {Threat} by pgd",
                said,
                StringComparison.Ordinal
            );
            Assert.Equal(Threat, file.Metadata["temper.threat"]);
        }
        var folder = run.Fresh();
        Tool.Run(["evaluate", run.Folder, .. options, "--curve", "20", "--out", folder]).Succeeds();
        foreach (var page in (string[])["report.html", "report.json", "manifest.json"])
        {
            Assert.Contains(Threat, File.ReadAllText(Path.Combine(folder, page)), StringComparison.Ordinal);
        }
        var html = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Contains("Success is class 3, and no other.", html, StringComparison.Ordinal);
        Assert.Contains("Goal not reached, at most", html, StringComparison.Ordinal);
        Assert.DoesNotContain("untargeted", html, StringComparison.Ordinal);
        Assert.DoesNotContain("ny wrong class counts", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target=3", "deepfool", "cannot aim at a class")]
    [InlineData("target=10", "pgd", "expected 0 to 9")]
    [InlineData("target=least", "pgd", "least-likely")]
    public void A_goal_that_cannot_be_aimed_at_is_refused(string goal, string attack, string words)
    {
        string[] options = ["--threat", $"linf:0.2 {goal}", "--attack", attack, "--limit", "60", "--threads", "1"];
        Tool.Run(["attack", run.Folder, .. options, "--out", run.Fresh()]).Fails(ExitCode.Configuration, words);
        Tool.Run(["evaluate", run.Folder, .. options, "--out", run.Fresh()]).Fails(ExitCode.Configuration, words);
    }

    [Fact]
    public void Training_is_not_against_one_class() =>
        Tool.Run(Tool.Train(run.Fresh(), more: ["--set", "threat=linf:0.3 target=3"]))
            .Fails(ExitCode.Configuration, "training is against any wrong class");
}
