using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;

namespace Temper.Tests.Evaluation;

/// <summary>An evaluation that is interrupted and resumed has the same evidence as one that was not.</summary>
public sealed class JournalTests : IDisposable
{
    private const string Identity = "this-evaluation";
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-journal").FullName;
    private readonly ImageSet _set = Toy.Stripes(60, 5);
    private readonly ModuleClassifier _model = Toy.ConvNet(7);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Interrupted_after_any_block_it_ends_with_the_same_evidence()
    {
        var (whole, blocks) = (Evidence(Run(null, resume: false)), 0);
        Run("count", resume: false, new Stop(int.MaxValue, () => blocks++));
        Assert.InRange(blocks, 10, 100);
        for (var k = 1; k < blocks; k++)
        {
            using var source = new CancellationTokenSource();
            var stop = new Stop(k, source.Cancel);
            Assert.ThrowsAny<OperationCanceledException>(() => Run($"cut-{k}", resume: true, stop, source.Token));
            Assert.Equal(whole, Evidence(Run($"cut-{k}", resume: true)));
        }
    }

    [Fact]
    public void Interrupted_at_every_block_it_still_ends()
    {
        var whole = Evidence(Run(null, resume: false));
        var lines = 1;
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var source = new CancellationTokenSource();
            var seen = 0;
            // One block more than the journal has, then stop.
            var stop = new Stop(int.MaxValue, () => seen++, () => seen >= lines, source.Cancel);
            try
            {
                Assert.Equal(whole, Evidence(Run("crawl", resume: true, stop, source.Token)));
                Assert.True(attempt > 5);
                return;
            }
            catch (OperationCanceledException)
            {
                lines++;
            }
        }
        Assert.Fail("The evaluation never ended.");
    }

    [Fact]
    public void Finished_blocks_are_not_computed_again()
    {
        Run("done", resume: false);
        var before = File.ReadAllText(Journal("done"));
        using var other = Toy.ConvNet(8);
        // Another model would give another outcome, if it were asked.
        var outcome = new Evaluator(Plan(other)).Run(Journal("done"), Identity, true, null, CancellationToken.None);
        Assert.Equal(Evidence(Run(null, resume: false)), Evidence(outcome));
        Assert.Equal(before, File.ReadAllText(Journal("done")));
    }

    [Fact]
    public void A_torn_last_line_is_dropped_wherever_it_was_torn()
    {
        var whole = Evidence(Run("torn", resume: false));
        var bytes = File.ReadAllBytes(Journal("torn"));
        for (var cut = 0; cut < bytes.Length; cut += 97)
        {
            File.WriteAllBytes(Journal("torn"), bytes[..cut]);
            Assert.Equal(whole, Evidence(Run("torn", resume: true)));
            Assert.Equal(Blocks(bytes), Blocks(File.ReadAllBytes(Journal("torn"))));
        }
    }

    [Fact]
    public void A_journal_of_another_evaluation_is_refused_and_kept()
    {
        Run("foreign", resume: false);
        var before = File.ReadAllText(Journal("foreign"));
        var error = Assert.Throws<DataException>(() =>
            new Evaluator(Plan(_model)).Run(Journal("foreign"), "another", true, null, CancellationToken.None)
        );
        Assert.Contains(Journal("foreign"), error.Message, StringComparison.Ordinal);
        Assert.Contains("another evaluation", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Journal("foreign")));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("""{"stage":"clean","block":0,"seconds":0,"indices":null}""")]
    public void A_damaged_line_is_refused_and_the_journal_kept(string line)
    {
        Run("damaged", resume: false);
        var lines = File.ReadAllLines(Journal("damaged"));
        lines[2] = line;
        var text = string.Join('\n', lines) + "\n";
        File.WriteAllText(Journal("damaged"), text);
        var error = Assert.Throws<DataException>(() => Run("damaged", resume: true));
        Assert.Contains(Journal("damaged"), error.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Journal("damaged")));
    }

    [Fact]
    public void Without_resume_an_old_journal_is_replaced()
    {
        File.WriteAllText(Journal("old"), new string('x', 1_000_000));
        var outcome = Run("old", resume: false);
        Assert.Equal(Evidence(Run(null, resume: false)), Evidence(outcome));
        Assert.Equal(Evidence(outcome), Evidence(Run("old", resume: true)));
    }

    [Fact]
    public void Loses_no_tensors()
    {
        Run(null, resume: false);
        using (new LeakGuard())
        {
            Run(null, resume: false);
            Run("leak", resume: false);
            Run("leak", resume: true);
        }
    }

    private static int Blocks(byte[] journal) => journal.Count(b => b == '\n');

    private static string Evidence(EvaluationOutcome outcome) =>
        string.Join('\n', outcome.Ledger.Select(r => r.ToString()))
        + string.Join('\n', outcome.Attempts.Select(r => r.ToString()))
        + string.Join(
            '\n',
            outcome.Gallery.Items.Select(i => $"{i.Index} {i.Attack} {string.Join(' ', i.Adversarial)}")
        );

    private string Journal(string name) => Path.Combine(_folder, name + ".jsonl");

    private EvaluationPlan Plan(IClassifier model) =>
        new()
        {
            Model = model,
            Set = _set,
            Indices = [.. Enumerable.Range(0, _set.Count)],
            Threat = ThreatModel.Parse("linf:0.02"),
            Attacks =
            [
                ("fgsm", new Fgsm(new())),
                ("pgd", new Pgd(new() { Steps = 3, Restarts = 2 })),
                ("again", new Pgd(new() { Steps = 3 })),
            ],
            Block = 7,
            Rng = new Rng(11),
        };

    private EvaluationOutcome Run(
        string? name,
        bool resume,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => new Evaluator(Plan(_model)).Run(name is null ? null : Journal(name), Identity, resume, progress, cancellation);

    /// <summary>Does something at the k-th report.</summary>
    private sealed class Stop(int at, Action act, Func<bool>? when = null, Action? then = null)
        : IProgress<EvaluationProgress>
    {
        private int _seen;

        public void Report(EvaluationProgress value)
        {
            if (at == int.MaxValue || ++_seen == at)
            {
                act();
            }
            if (when is not null && when())
            {
                then!();
            }
        }
    }
}
