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
        "training.allow-weak=true",
        "training.ema=0.99",
        "training.validate.examples=200",
        "training.validate.steps=5",
        "evaluation.block=100",
        "attack.pgd.steps=10",
        "attack.pgd-margin.steps=10",
    ];

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

    private readonly Killing _killing = new();

    public void Dispose() => _killing.Dispose();

    [Fact]
    public void Training_and_evaluation()
    {
        // One thread: two fight for a core as soon as anything else runs, and take five times as long.
        string[] Train(string folder) =>
            Trained(folder, "1", "data.validation=52000", "training.epochs=4", "training.checkpoint-steps=20");
        var (whole, seconds) = _killing.Whole("train", Train);
        _killing.KillAndResume("train", Train, whole, seconds, kills: 10, TrainingFiles);

        string[] Evaluate(string folder) =>
            [
                "evaluate",
                whole,
                .. (string[])
                    ["--threat", "linf:0.3", "--limit", "3000", "--block", "100", "--attack", "pgd,pgd-margin"],
                .. (string[])["--out", folder, "--quiet", "--resume", "--threads", "1", "--curve", "500"],
                .. (string[])["--set", "attack.pgd.restarts=2"],
            ];
        var (evaluated, took) = _killing.Whole("evaluate", Evaluate);
        _killing.KillAndResume("evaluate", Evaluate, evaluated, took, kills: 5, EvaluationFiles);
    }

    [Fact]
    public void Training_on_two_threads_beside_another_program()
    {
        // Without the twin, which would do the same again: spinning threads make this the slowest test there is.
        string[] alone = ["evaluation.twin=false", "evaluation.curve.examples=0", "data.validation=58000"];
        string[] Train(string folder) =>
            Trained(folder, "2", [.. alone, "training.epochs=2", "training.checkpoint-steps=5"]);
        var (whole, seconds) = _killing.Whole("quiet", Train);
        // Another program on one of the cores changes when threads run, and must not change what they compute.
        using var load = Tool.Start("timeout", ["120", "sh", "-c", "while :; do :; done"], []);
        try
        {
            string[] files = [.. TrainingFiles.Where(f => File.Exists(Path.Combine(whole, f)))];
            Assert.Equal(6, files.Length);
            _killing.KillAndResume("loaded", Train, whole, seconds, kills: 3, files);
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
}
