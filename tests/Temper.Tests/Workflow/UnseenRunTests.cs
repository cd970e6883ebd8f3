using Temper.Evaluation;
using Temper.Evaluation.Unseen;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

public sealed class UnseenRunTests
{
    private const int Examples = 20;

    [Fact]
    public void An_evaluation_leaves_the_matrix_and_the_report_shows_it()
    {
        using var folder = new Folder();
        Run(folder.Path, 12, resume: false, null, CancellationToken.None);
        var rows = UnseenCsv.Read(folder.File("unseen.csv"));
        Assert.Equal(12, rows[0].N);
        var manifest = RunManifest.Read(folder.File("manifest.json"));
        Assert.Equal(12, manifest.Unseen!.Examples);
        Assert.True(manifest.Unseen.Seconds > 0);
        Assert.Contains("needs images with sides from 8", File.ReadAllText(folder.File("report.html")));
        // What the evaluation broke is broken by larger budgets.
        var standing = LedgerCsv.Read(folder.File("ledger.csv")).Count(r => r.BrokenBy is null);
        Assert.All(rows.Where(r => r.Family == UnseenRow.Larger), r => Assert.True(r.Correct <= standing));
    }

    [Fact]
    public void Without_the_wish_there_is_none()
    {
        using var folder = new Folder();
        Run(folder.Path, 0, resume: false, null, CancellationToken.None);
        Assert.False(File.Exists(folder.File("unseen.csv")));
        Assert.Null(RunManifest.Read(folder.File("manifest.json")).Unseen);
        Assert.DoesNotContain("Unseen threats", File.ReadAllText(folder.File("report.html")));
    }

    [Fact]
    public void More_than_there_are_is_all_and_a_resumed_run_leaves_the_same_bytes()
    {
        using var whole = new Folder();
        using var stopped = new Folder();
        Run(whole.Path, 1000, resume: false, null, CancellationToken.None);
        using var source = new CancellationTokenSource();
        var watch = new Watch(p =>
        {
            if (p.Stage.StartsWith("unseen: l1", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Run(stopped.Path, 1000, resume: false, watch, source.Token));
        Assert.False(File.Exists(stopped.File("unseen.csv")));
        Run(stopped.Path, 1000, resume: true, null, CancellationToken.None);
        var bytes = File.ReadAllBytes(whole.File("unseen.csv"));
        Assert.Equal(bytes, File.ReadAllBytes(stopped.File("unseen.csv")));
        Assert.Equal(Examples, UnseenCsv.Read(whole.File("unseen.csv"))[0].N);
    }

    private static void Run(
        string folder,
        int unseen,
        bool resume,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var model = new ModelFile(Toy.ConvNet(seed: 1), "toy", "00", "unknown", 0, "unknown");
        EvaluationRun.Run(
            new()
            {
                Model = model,
                Set = Toy.Stripes(Examples, seed: 1),
                Threat = ThreatModel.Parse("linf:0.1"),
                Attacks = RequestedAttack.Resolve([new AttackConfig("fgsm")], []),
                Block = 8,
                Threads = 1,
                Folder = folder,
                Unseen = unseen,
                Resume = resume,
            },
            TimeProvider.System,
            progress,
            cancellation
        );
    }

    private sealed class Watch(Action<EvaluationProgress> act) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => act(value);
    }
}
