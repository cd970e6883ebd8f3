using System.Text.Json.Nodes;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>A network trained for certificates, under the whole of a protocol: no attack breaks what was certified.</summary>
public sealed class CertifiedEvaluationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("temper-certified-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void An_honest_run_is_silent_and_its_bracket_is_verified() =>
        IsSilent("--attack", "pgd,pgd-margin", "--certify", "crown", "--curve", "100");

    // Minutes; run it with -explicit on.
    [Fact(Explicit = true)]
    public void So_is_one_under_a_protocol() => IsSilent("--protocol", "standard", "--unseen", "0", "--curve", "100");

    private void IsSilent(params string[] how)
    {
        var model = Path.Combine(_root, "model");
        string[] small =
        [
            "training.epochs=2",
            "training.epsilon-warmup=1",
            "training.validate.examples=100",
            "data.validation=50000",
            "evaluation.attacks=[fgsm]",
            "evaluation.curve.examples=0",
            "evaluation.twin=false",
            "threat=linf:0.1",
        ];
        Tool.Run([
                .. (string[])["train", "mnist-linf-certified", "--out", model, "--quiet", "--threads", "1"],
                .. (string[])["--limit", "100", "--set"],
                .. small,
            ])
            .Succeeds();
        var folder = Path.Combine(_root, "evaluation");
        Tool.Run([
                .. (string[])["evaluate", model, "--threat", "linf:0.1", "--sample", "100", "--block", "100"],
                .. (string[])["--threads", "1", "--quiet", "--out", folder],
                .. how,
            ])
            .Succeeds();
        Assert.False(File.Exists(Path.Combine(folder, "violation.json")));
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
        var (low, high) = ((int)report["lowerBound"]!["certified"]!, (int)report["worstCase"]!["robust"]!);
        Assert.InRange(low, 1, high);
        TestContext.Current.SendDiagnosticMessage($"{low} of 100 certified, {high} stand under attack");
        var said = Tool.Run("claim", "verify", folder, "--model", model).Succeeds().Output;
        Assert.Contains($"certificates ({low}): all {low} computed again", said, StringComparison.Ordinal);
    }
}
