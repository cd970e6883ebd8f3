using System.Text.Json.Nodes;
using Temper.Runs;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>Training on one step that is made too long falls to catastrophic overfitting; it is caught in the epoch it happens in, and what was learnt before it is kept.</summary>
public sealed class OverfittingRescueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-rescue-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Is_caught_within_an_epoch_and_the_best_weights_are_kept()
    {
        var run = Path.Combine(_folder, "run");
        var printed = Tool.Run(
                "train",
                "mnist-linf-fast",
                "--out",
                run,
                "--limit",
                "500",
                "--threads",
                "1",
                "--set",
                "training.objective.step=rel:1.7",
                "training.epochs=8",
                "training.ema=0",
                "evaluation.attacks=[fgsm, pgd]",
                "evaluation.curve.examples=0",
                "evaluation.twin=false"
            )
            .Succeeds();
        // It is said beforehand, and it happens.
        Assert.Contains("(step-too-long)", printed.Output, StringComparison.Ordinal);
        var training = RunManifest.Read(Path.Combine(run, "manifest.json")).Training!;
        Assert.Equal("step-too-long", Assert.Single(training.Weaknesses!).Id);
        Assert.Contains(training.Events, e => e.Contains("catastrophic overfitting", StringComparison.Ordinal));
        var epochs = File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Select(l => JsonNode.Parse(l)!).ToArray();
        var robust = epochs.Select(e => (double)e["validationRobust"]!).ToArray();
        // The first epoch whose robust accuracy fell by 20 points is the last that was trained.
        Assert.True(robust.Length < 8, "Nothing was stopped.");
        Assert.True(robust[^1] < robust[..^1].Max() - 0.2, string.Join(", ", robust));
        Assert.All(
            Enumerable.Range(1, robust.Length - 2),
            i => Assert.True(robust[i] >= robust[..i].Max() - 0.2, string.Join(", ", robust))
        );
        Assert.Equal(robust.Length, training.Last!.Epoch);
        Assert.Equal(Array.IndexOf(robust, robust.Max()) + 1, training.Best!.Epoch);
        Assert.True(training.Best.Robust > training.Last.Robust + 200);
        // The best weights came back, and hold on test images.
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run, "best.safetensors")),
            File.ReadAllBytes(Path.Combine(run, "last.safetensors"))
        );
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "report.json")))!;
        Assert.InRange((double)report["worstCase"]!["rate"]!, (robust.Max() * 0.9) - 0.05, 1);
    }
}
