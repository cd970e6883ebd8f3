using Temper.Errors;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>
/// A stop by Ctrl-C or SIGTERM, of training and of an evaluation: the step is finished, the exit code is 130, and --resume ends where the
/// whole run ends.
/// </summary>
public sealed class InterruptionTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Training(string signal)
    {
        var (whole, cut) = (run.Fresh(), run.Fresh());
        string[] longer = ["training.epochs=12", "training.ema=0.9"];
        Interruption
            .At(signal, "epoch  2", Tool.Train(cut, more: longer))
            .Fails(ExitCode.Interrupted, "interrupted", "--resume");
        Assert.True(File.Exists(Path.Combine(cut, "checkpoint.safetensors")));
        Assert.False(File.Exists(Path.Combine(cut, "report.json")));
        Tool.Run(Tool.Train(cut, more: [.. longer, "--resume", "--quiet"])).Succeeds();
        Tool.Run(Tool.Train(whole, more: [.. longer, "--quiet"])).Succeeds();
        Interruption.Same(whole, cut, "best.safetensors", "last.safetensors", "ledger.csv", "attempts.csv");
    }

    [Fact]
    public void Evaluation()
    {
        var (whole, cut) = (run.Fresh(), run.Fresh());
        string[] longer = ["--limit", "600", "--attack", "pgd,pgd-margin", "--threat", "linf:0.02"];
        string[] steps = ["--set", "attack.pgd.steps=40"];
        Interruption
            .At("INT", "clean: 600", Tool.Evaluate(run.Weights, cut, [.. longer, .. steps]))
            .Fails(ExitCode.Interrupted, "interrupted", "--resume");
        Assert.False(File.Exists(Path.Combine(cut, "report.json")));
        Tool.Run(Tool.Evaluate(run.Weights, cut, [.. longer, .. steps, "--resume", "--quiet"])).Succeeds();
        Tool.Run(Tool.Evaluate(run.Weights, whole, [.. longer, .. steps, "--quiet"])).Succeeds();
        Interruption.Same(whole, cut, "ledger.csv", "attempts.csv", "gallery.json", "points.safetensors");
    }
}
