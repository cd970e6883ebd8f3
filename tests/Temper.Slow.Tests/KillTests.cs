using System.Diagnostics;
using Temper.Numerics;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>
/// A run killed with SIGKILL at random moments, in itself or in its twin, and resumed each time ends with the bytes of the
/// run that was not.
/// </summary>
public sealed class KillTests : IDisposable
{
    private static readonly string[] Training =
    [
        "training.objective.steps=2",
        "training.ema=0.99",
        "training.validate.examples=200",
        "training.validate.steps=5",
        "evaluation.block=100",
        "attack.pgd.steps=10",
        "attack.pgd-margin.steps=10",
    ];

    // Attempts per kill: a run may end before its moment.
    private const int Patience = 4;

    private static readonly string[] TrainingFiles =
    [
        "best.safetensors",
        "last.safetensors",
        "ledger.csv",
        "attempts.csv",
        "curve.csv",
        "gallery.json",
        "points.safetensors",
        "twin/best.safetensors",
        "twin/last.safetensors",
        "twin/ledger.csv",
        "twin/curve.csv",
        "twin/gallery.json",
        "twin/points.safetensors",
    ];

    private static readonly string[] EvaluationFiles =
    [
        "ledger.csv",
        "attempts.csv",
        "curve.csv",
        "gallery.json",
        "points.safetensors",
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("temper-kill-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Training_and_evaluation()
    {
        // One thread: two fight for a core as soon as anything else runs, and take five times as long.
        string[] Train(string folder) =>
            Trained(folder, "1", "data.validation=52000", "training.epochs=4", "training.checkpoint-steps=20");
        var (whole, seconds) = Whole("train", Train);
        KillAndResume("train", Train, whole, seconds, kills: 10, TrainingFiles);

        string[] Evaluate(string folder) =>
            [
                "evaluate",
                whole,
                .. (string[])
                    ["--threat", "linf:0.3", "--limit", "3000", "--block", "100", "--attack", "pgd,pgd-margin"],
                .. (string[])["--out", folder, "--quiet", "--resume", "--threads", "1", "--curve", "500"],
                .. (string[])["--set", "attack.pgd.restarts=2"],
            ];
        var (evaluated, took) = Whole("evaluate", Evaluate);
        KillAndResume("evaluate", Evaluate, evaluated, took, kills: 5, EvaluationFiles);
    }

    [Fact]
    public void Training_on_two_threads_beside_another_program()
    {
        // Without the twin, which would do the same again: spinning threads make this the slowest test there is.
        string[] alone = ["evaluation.twin=false", "evaluation.curve.examples=0", "data.validation=58000"];
        string[] Train(string folder) =>
            Trained(folder, "2", [.. alone, "training.epochs=2", "training.checkpoint-steps=5"]);
        var (whole, seconds) = Whole("quiet", Train);
        // Another program on one of the cores changes when threads run, and must not change what they compute.
        using var load = Tool.Start("timeout", ["120", "sh", "-c", "while :; do :; done"], []);
        try
        {
            string[] files = [.. TrainingFiles.Where(f => File.Exists(Path.Combine(whole, f)))];
            Assert.Equal(6, files.Length);
            KillAndResume("loaded", Train, whole, seconds, kills: 3, files);
        }
        finally
        {
            load.Kill(entireProcessTree: true);
            load.WaitForExit();
        }
    }

    private static string[] Trained(string folder, string threads, params string[] sets) =>
        [
            "train",
            "mnist-linf",
            "--out",
            folder,
            .. (string[])["--limit", "300", "--quiet", "--resume", "--threads", threads, "--set"],
            .. Training,
            .. sets,
        ];

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
        var moments = Moments(name, Patience * kills);
        var (killed, finished, attempt) = (0, 0, 0);
        while (killed < kills || finished == 0)
        {
            var folder = Path.Combine(_root, $"{name}-{finished}");
            for (var done = false; !done; )
            {
                Assert.True(attempt < moments.Length, $"{name}: only {killed} kills in {attempt} attempts");
                // Within the first quarter of a second there is no program yet that could be killed.
                var moment = TimeSpan.FromSeconds(Math.Max(0.25, moments[attempt++] * seconds));
                var clock = Stopwatch.StartNew();
                var child = Tool.Start("dotnet", [Tool.Dll, .. args(folder)], []);
                if (killed < kills && !child.WaitForExit(moment))
                {
                    child.Kill();
                    child.WaitForExit();
                    child.Dispose();
                    killed++;
                    continue;
                }
                Tool.Wait(child).Succeeds();
                done = true;
                // The machine may have become faster since the whole run: later moments must fall into the run.
                seconds = Math.Min(seconds, clock.Elapsed.TotalSeconds);
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

    /// <summary>Moments of a run, as fractions of its time.</summary>
    private static float[] Moments(string name, int count)
    {
        var values = new float[count];
        new Rng(5).Fork(name).FillUniform(values, [0], 0, 0);
        return values;
    }
}
