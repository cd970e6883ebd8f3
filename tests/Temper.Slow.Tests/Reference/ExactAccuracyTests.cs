using Temper.Evaluation;
using Temper.Tests.Cli;
using Temper.Tests.Docs;

namespace Temper.Slow.Tests.Reference;

/// <summary>Networks whose exact robust accuracy on all 10,000 MNIST test images was proved by others (Salman et al. 2019).</summary>
public sealed class ExactAccuracyTests
{
    // A proof and an attack may take a value on the edge of float32 differently.
    private const int Below = 2;
    private const int Above = 30;

    public static TheoryData<string, string, int> Networks() =>
        new() { { "lpd_mnist_mlp_01", "linf:0.1", 8555 }, { "lpd_mnist_mlp_03", "linf:0.3", 4015 } };

    [Theory]
    [MemberData(nameof(Networks))]
    public void AutoAttack_left_what_is_proved_and_hardly_more(string network, string threat, int exact)
    {
        var report = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Kept(network, "report.json")))!;
        Assert.Equal(threat, (string?)report["threat"]!["text"]);
        Assert.Equal("all", (string?)report["data"]!["selection"]);
        Assert.Equal(
            ["autoattack.apgd-ce", "autoattack.apgd-t", "autoattack.fab-t", "autoattack.square"],
            report["attacks"]!.AsArray().Select(a => (string)a!["id"]!)
        );
        var left = LedgerCsv.Read(Kept(network, "ledger.csv")).Count(row => row.BrokenBy is null);
        Assert.Equal((int)report["worstCase"]!["robust"]!, left);
        Assert.InRange(left, exact - Below, exact + Above);
    }

    /// <summary>A quarter of an hour for each; run it with <c>-explicit only</c>. It goes on where it was stopped.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Networks))]
    public void Run(string network, string threat, int exact)
    {
        var output = Path.Combine(Path.GetTempPath(), $"temper-exact-{network}");
        string[] resume = Directory.Exists(output) ? ["--resume"] : [];
        string[] what = ["evaluate", OutsideModels.File(network, "model.pt"), "--threat", threat];
        string[] how = ["--attack", "autoattack", "--block", "250", "--threads", "1", "--out", output, "--quiet"];
        Tool.Run([.. what, .. how, .. resume]).Succeeds();
        foreach (var file in (string[])["manifest.json", "report.json", "ledger.csv"])
        {
            var model = Path.GetDirectoryName(Path.GetDirectoryName(OutsideModels.File(network, "model.pt")))!;
            var text = File.ReadAllText(Path.Combine(output, file)).Replace(model + "/", "", StringComparison.Ordinal);
            File.WriteAllText(Kept(network, file), text);
        }
        Directory.Delete(output, recursive: true);
        AutoAttack_left_what_is_proved_and_hardly_more(network, threat, exact);
    }

    private static string Kept(string network, string file) =>
        Repository.PathOf($"docs/evidence/{network.Replace('_', '-')}/{file}");
}
