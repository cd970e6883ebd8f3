using System.Text.Json.Nodes;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>The Square attack leaves what the reference implementation leaves, for as many queries.</summary>
public sealed class OutsideSquareTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-square-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void On_the_first_1000_of_lpd_mnist_mlp_01()
    {
        // AutoAttack's own square, 5,000 queries, seed 0: 823 are left, 4,190.5 forward passes per image.
        var report = Evaluate("lpd_mnist_mlp_01", "linf:0.1", 1000, "square", []);
        Assert.InRange((int)report["worstCase"]!["robust"]!, 817, 829);
        var attack = report["attacks"]![0]!;
        Assert.InRange((double)attack["forwards"]! / (int)attack["attempted"]!, 4000, 4600);
        Assert.Equal(0, (long)attack["gradients"]!);
        var manifest = JsonNode.Parse(
            File.ReadAllText(Path.Combine(_folder, "lpd_mnist_mlp_01-square", "manifest.json"))
        )!;
        Assert.Equal("torchscript", (string?)manifest["model"]!["kind"]);
        Assert.Matches(
            "^TorchScript: [0-9]+ operators, all on the allow-list[.]$",
            (string)manifest["model"]!["notes"]![0]!
        );
    }

    [Fact]
    public void It_finds_on_fast_MNIST_what_PGD_does_not()
    {
        // The first 200: AutoAttack, whose Square finds what its gradients do not, leaves 166, PGD-50 with ten restarts 179.
        var square = Evaluate("fast_mnist_fgsm", "linf:0.3", 200, "square", ["attack.square.queries=1500"]);
        var pgd = Evaluate("fast_mnist_fgsm", "linf:0.3", 200, "pgd", ["attack.pgd.steps=50", "attack.pgd.step=0.01"]);
        var (left, leftByPgd) = ((int)square["worstCase"]!["robust"]!, (int)pgd["worstCase"]!["robust"]!);
        Assert.True(left < leftByPgd, $"Square leaves {left}, PGD {leftByPgd}");
    }

    private JsonNode Evaluate(string model, string threat, int limit, string attack, string[] sets)
    {
        var output = Path.Combine(_folder, $"{model}-{attack}");
        string[] args = ["evaluate", OutsideModels.File(model, "model.pt"), "--threat", threat, "--attack", attack];
        string[] set = sets.Length == 0 ? [] : ["--set", .. sets];
        Tool.Run([.. args, "--limit", $"{limit}", "--out", output, "--quiet", "--threads", "1", .. set]).Succeeds();
        return JsonNode.Parse(File.ReadAllText(Path.Combine(output, "report.json")))!;
    }
}
