using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation;

public sealed class EvidenceTests
{
    [Fact]
    public void Counts_are_cumulative_and_clean_errors_count_as_broken()
    {
        var evidence = new SampleRun().Evidence();
        Assert.Equal(10_000, evidence.N);
        Assert.Equal(9_860, evidence.CleanCorrect);
        Assert.Equal(8_790, evidence.Standing);
        Assert.Equal([9_860, 9_548, 8_854], evidence.Attacks.Select(a => a.Attempted));
        Assert.Equal([312, 694, 64], evidence.Attacks.Select(a => a.Broken));
        Assert.Equal([9_548, 8_854, 8_790], evidence.Attacks.Select(a => a.Left));
        Assert.Equal(9_860 * 2, evidence.Attacks[0].Forwards);
        Assert.Equal(9_548 * 40, evidence.Attacks[1].Gradients);
        Assert.Equal(10_000 + evidence.Attacks.Sum(a => a.Forwards), evidence.Forwards);
        Assert.Equal(Interval.UpperLimit(8_790, 10_000), evidence.Upper);
    }

    [Fact]
    public void The_first_examples_get_no_interval()
    {
        Assert.Null(
            new SampleRun { Selection = DataSelection.First(2_000, 10_000) }
                .Evidence()
                .Upper
        );
        Assert.NotNull(
            new SampleRun { Selection = DataSelection.Sample(2_000, 10_000, 3) }
                .Evidence()
                .Upper
        );
    }

    [Fact]
    public void Restarts_of_one_attack_count_once_per_example()
    {
        var run = new SampleRun { Selection = DataSelection.All(100) };
        var (ledger, attempts) = run.Rows();
        attempts.AddRange([.. attempts.Where(a => a.Outcome == "standing").Select(a => a with { Restart = 1 })]);
        var evidence = Evidence.Of(run.Manifest(), ledger, attempts);
        Assert.Equal(run.Evidence().Attacks.Select(a => a.Attempted), evidence.Attacks.Select(a => a.Attempted));
        Assert.True(evidence.Attacks[2].Forwards > run.Evidence().Attacks[2].Forwards);
    }

    [Fact]
    public void Files_that_contradict_each_other_are_refused()
    {
        var run = new SampleRun { Selection = DataSelection.All(500) };
        var (ledger, attempts) = run.Rows();
        var manifest = run.Manifest();
        var hit = attempts.FindIndex(a => a.Outcome == "broken");
        var index = (int)attempts[hit].Index;

        Refused("did not finish", manifest, ledger[1..], attempts);
        Refused("stands twice", manifest, [.. ledger[1..], ledger[1]], attempts);
        Refused("holds no such attempt", manifest, ledger, [.. attempts.Where((_, i) => i != hit)]);
        Refused("'clip' is no attack", manifest, ledger, [.. attempts, attempts[0] with { Attack = "clip" }]);
        Refused("example 777 has no row", manifest, ledger, [.. attempts, attempts[0] with { Index = 777 }]);
        Refused(
            "says 'standing'",
            manifest,
            [.. ledger.Select(r => r.Index == index ? r with { BrokenBy = null } : r)],
            attempts
        );
        Refused(
            "is no attack of manifest.json",
            manifest,
            [.. ledger.Select(r => r.Index == index ? r with { BrokenBy = "clip" } : r)],
            attempts
        );
    }

    private static void Refused(
        string says,
        RunManifest manifest,
        IReadOnlyList<LedgerRow> ledger,
        IReadOnlyList<AttemptRow> attempts
    ) =>
        Assert.Contains(
            says,
            Assert.Throws<DataException>(() => Evidence.Of(manifest, ledger, attempts)).Message,
            StringComparison.Ordinal
        );
}
