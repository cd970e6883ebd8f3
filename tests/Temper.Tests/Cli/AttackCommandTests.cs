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
}
