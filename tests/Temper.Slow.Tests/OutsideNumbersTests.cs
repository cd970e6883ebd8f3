using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Models;
using Temper.Tests.Cli;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Slow.Tests;

/// <summary>Networks of others, measured by others: the numbers come out here as well.</summary>
public sealed class OutsideNumbersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-outside-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Adversarially_trained_LeNet5_keeps_920_of_the_first_1000()
    {
        // advertorch's own benchmark: PGD-40, step 0.01, from the clean point.
        var report = Evaluate("advertorch_lenet5_adv", 1000, "steps=40", "step=0.01", "start=clean");
        Assert.InRange((int)report["worstCase"]!["robust"]!, 916, 924);
    }

    [Fact]
    public void Ordinary_LeNet5_loses_all_of_the_first_1000()
    {
        var report = Evaluate("advertorch_lenet5_clean", 1000, "steps=40", "step=0.01", "start=clean");
        Assert.Equal(0, (int)report["worstCase"]!["robust"]!);
    }

    [Fact]
    public void Fast_MNIST_is_98_50_percent_right_on_clean_images()
    {
        var model = OutsideModels.File("fast_mnist_fgsm", "model.pt");
        var output = Path.Combine(_folder, "clean");
        Tool.Run(
                "evaluate",
                model,
                "--threat",
                "linf:0.3",
                "--attack",
                "fgsm",
                "--out",
                output,
                "--quiet",
                "--threads",
                "1"
            )
            .Succeeds();
        Assert.Equal(9850, (int)Report(output)["clean"]!["correct"]!);
    }

    [Fact]
    public void Fast_MNIST_under_PGD_50()
    {
        // Published: 88.77 % of all 10,000 after ten restarts. The first thousand are harder (other evaluators find the same
        // of them: 79.7 % against 82.93 % under AutoAttack), and one restart breaks less than ten: here seeds 0 to 3 leave 893,
        // 886, 892 and 897. The seed is fixed; the band is for other processors.
        var report = Evaluate("fast_mnist_fgsm", 1000, "steps=50", "step=0.01", "start=uniform");
        Assert.InRange((int)report["worstCase"]!["robust"]!, 883, 903);
    }

    [Theory]
    [InlineData("fast_mnist_fgsm", "model.pt", null)]
    [InlineData("fast_mnist_fgsm", "weights.safetensors", "mnist-net")]
    [InlineData("advertorch_lenet5_adv", "model.pt", null)]
    [InlineData("advertorch_lenet5_clean", "model.pt", null)]
    public void Scores_are_those_of_the_card(string name, string file, string? architecture)
    {
        var card = JsonNode.Parse(File.ReadAllText(OutsideModels.File(name, "card.json")))!;
        var source = architecture is null ? null : ArchitectureSource.Parse(architecture);
        using var model = ModelFile.Open(OutsideModels.File(name, file), new(1, 28, 28), 10, source);
        using var mode = model.Classifier.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batch = BatchSource.Gather(Datasets.Load("mnist", "test"), [0, 1, 2, 3], CPU);
        var scores = Numerics.Tensors.ToArray<float>(model.Classifier.Logits(batch.Inputs));
        var expected = card["expectedLogitsOfFirst4"]!
            .AsArray()
            .SelectMany(row => row!.AsArray())
            .Select(v => (float)v!);
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private JsonNode Evaluate(string model, int limit, params string[] options)
    {
        var output = Path.Combine(_folder, model);
        string[] sets = [.. options.Select(option => $"attack.pgd.{option}")];
        string[] args = ["evaluate", OutsideModels.File(model, "model.pt"), "--threat", "linf:0.3", "--attack", "pgd"];
        Tool.Run([.. args, "--limit", $"{limit}", "--out", output, "--quiet", "--threads", "1", "--set", .. sets])
            .Succeeds();
        return Report(output);
    }

    private static JsonNode Report(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
}
