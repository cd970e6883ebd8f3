using System.Diagnostics;
using Temper.Numerics;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>A run killed with SIGKILL at random moments and resumed each time ends with the bytes of the run that was not.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly string[] Training =
    [
        "data.validation=52000",
        "training.objective.steps=2",
        "training.epochs=4",
        "training.ema=0.99",
        "training.checkpoint-steps=20",
        "training.validate.examples=200",
        "training.validate.steps=5",
        "evaluation.block=100",
        "attack.pgd.steps=10",
        "attack.pgd-margin.steps=10",
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("temper-kill-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Training_and_evaluation()
    {
        string[] Train(string folder) =>
            ["train", "mnist-linf", "--out", folder, "--limit", "300", "--quiet", "--resume", "--set", .. Training];
        string[] files = ["best.safetensors", "last.safetensors", "ledger.csv", "attempts.csv", "gallery.json"];
        var (whole, seconds) = Whole("train", Train);
        KillAndResume("train", Train, whole, seconds, kills: 10, files);

        string[] Evaluate(string folder) =>
            [
                "evaluate",
                whole,
                .. (string[])
                    ["--threat", "linf:0.3", "--limit", "3000", "--block", "100", "--attack", "pgd,pgd-margin"],
                .. (string[])["--out", folder, "--quiet", "--resume", "--set", "attack.pgd.restarts=2"],
            ];
        var (evaluated, took) = Whole("evaluate", Evaluate);
        KillAndResume("evaluate", Evaluate, evaluated, took, kills: 5, ["ledger.csv", "attempts.csv", "gallery.json"]);

        // Another program on one of the cores changes when threads run, and must not change what they compute.
        using var load = Tool.Start("sh", ["-c", "while :; do :; done"], []);
        try
        {
            KillAndResume("loaded", Train, whole, seconds, kills: 2, files);
        }
        finally
        {
            load.Kill();
            load.WaitForExit();
        }
    }

    private (string Folder, double Seconds) Whole(string name, Func<string, string[]> args)
    {
        var folder = Path.Combine(_root, name + "-whole");
        var clock = Stopwatch.StartNew();
        Tool.Child(args(folder)).Succeeds();
        return (folder, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Kills and resumes until the number of kills is reached and the last run has finished.</summary>
    private void KillAndResume(
        string name,
        Func<string, string[]> args,
        string whole,
        double seconds,
        int kills,
        string[] files
    )
    {
        // After a second the runtime has started; before it there is nothing to kill.
        var moments = Moments(name, kills, from: Math.Min(1, seconds / 4), to: seconds);
        var (killed, finished) = (0, 0);
        while (killed < kills || finished == 0)
        {
            var folder = Path.Combine(_root, $"{name}-{finished}");
            var done = false;
            while (!done)
            {
                var child = Tool.Start("dotnet", [Tool.Dll, .. args(folder)], []);
                if (killed < kills && !child.WaitForExit(TimeSpan.FromSeconds(moments[killed])))
                {
                    child.Kill();
                    child.WaitForExit();
                    child.Dispose();
                    killed++;
                    continue;
                }
                Tool.Wait(child).Succeeds();
                done = true;
            }
            finished++;
            foreach (var file in files)
            {
                Assert.True(
                    File.ReadAllBytes(Path.Combine(whole, file))
                        .AsSpan()
                        .SequenceEqual(File.ReadAllBytes(Path.Combine(folder, file))),
                    $"{name}: {file} differs from the whole run's after {killed} kills"
                );
            }
        }
        TestContext.Current.SendDiagnosticMessage(
            $"{name}: {killed} kills over {finished} runs, whole run {seconds:F1} s"
        );
    }

    private static double[] Moments(string name, int count, double from, double to)
    {
        var values = new float[count];
        new Rng(5).Fork(name).FillUniform(values, [0], 0, 0);
        return [.. values.Select(v => from + (v * (to - from)))];
    }
}
