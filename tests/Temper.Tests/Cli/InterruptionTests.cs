using System.Diagnostics;
using System.Globalization;
using Temper.Errors;

namespace Temper.Tests.Cli;

/// <summary>Ctrl-C: the step is finished, the exit code is 130, and --resume ends where the whole run ends.</summary>
public sealed class InterruptionTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Training(string signal)
    {
        var (whole, cut) = (run.Fresh(), run.Fresh());
        string[] longer = ["training.epochs=12", "training.ema=0.9"];
        Interrupted(signal, Tool.Train(cut, more: longer), until: "epoch  2");
        Assert.True(File.Exists(Path.Combine(cut, "checkpoint.safetensors")));
        Assert.False(File.Exists(Path.Combine(cut, "report.json")));
        Tool.Run(Tool.Train(cut, more: [.. longer, "--resume", "--quiet"])).Succeeds();
        Tool.Run(Tool.Train(whole, more: [.. longer, "--quiet"])).Succeeds();
        Same(whole, cut, "best.safetensors", "last.safetensors", "ledger.csv", "attempts.csv");
    }

    [Fact]
    public void Evaluation()
    {
        var (whole, cut) = (run.Fresh(), run.Fresh());
        string[] longer = ["--limit", "600", "--attack", "pgd,pgd-margin", "--threat", "linf:0.02"];
        string[] steps = ["--set", "attack.pgd.steps=40"];
        Interrupted("INT", Tool.Evaluate(run.Weights, cut, [.. longer, .. steps]), until: "clean: 600");
        Assert.False(File.Exists(Path.Combine(cut, "report.json")));
        Tool.Run(Tool.Evaluate(run.Weights, cut, [.. longer, .. steps, "--resume", "--quiet"])).Succeeds();
        Tool.Run(Tool.Evaluate(run.Weights, whole, [.. longer, .. steps, "--quiet"])).Succeeds();
        Same(whole, cut, "ledger.csv", "attempts.csv", "gallery.json");
    }

    private static void Same(string whole, string cut, params string[] files) =>
        Assert.All(
            files,
            file =>
                Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(cut, file)))
        );

    private static void Interrupted(string signal, string[] args, string until)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by a program of Linux.");
        // A job in the background inherits an ignored SIGINT, and so would its children; env execs, so the id stays.
        using var child = Tool.Start("env", ["--default-signal=INT", "dotnet", Tool.Dll, .. args], []);
        var said = new List<string>();
        try
        {
            var error = child.StandardError.ReadToEndAsync();
            while (child.StandardOutput.ReadLine() is { } line)
            {
                said.Add(line);
                if (line.StartsWith(until, StringComparison.Ordinal))
                {
                    using var kill = Process.Start(
                        "kill",
                        [$"-{signal}", child.Id.ToString(CultureInfo.InvariantCulture)]
                    );
                    kill.WaitForExit();
                }
            }
            child.WaitForExit();
            new ToolResult(child.ExitCode, string.Join('\n', said), error.Result).Fails(
                ExitCode.Interrupted,
                "interrupted",
                "--resume"
            );
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }
}
