using Temper.Errors;

namespace Temper.Tests.Cli;

/// <summary>
/// Ctrl-C: the step is finished, the exit code is 130, and --resume ends where the whole run ends. Other signals, and
/// evaluations, are in the slower suite.
/// </summary>
public sealed class InterruptionTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Training()
    {
        var (whole, cut) = (run.Fresh(), run.Fresh());
        string[] longer = ["training.epochs=6", "training.ema=0.9"];
        Interruption
            .At("INT", "epoch  2", Tool.Train(cut, more: longer))
            .Fails(ExitCode.Interrupted, "interrupted", "--resume");
        Assert.True(File.Exists(Path.Combine(cut, "checkpoint.safetensors")));
        Assert.False(File.Exists(Path.Combine(cut, "report.json")));
        Tool.Run(Tool.Train(cut, more: [.. longer, "--resume", "--quiet"])).Succeeds();
        Tool.Run(Tool.Train(whole, more: [.. longer, "--quiet"])).Succeeds();
        Interruption.Same(whole, cut, "best.safetensors", "last.safetensors", "ledger.csv", "attempts.csv");
    }
}
