using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Evaluation.Probing;
using Temper.Runs;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation.Analysers;

/// <summary>An evaluation by probes whose outcomes are given: which examples of the subset each breaks.</summary>
internal sealed record ProbedRun
{
    public int Examples { get; init; } = 256;

    /// <summary>The examples of the subset that are wrong without an attack, the last of it.</summary>
    public int CleanErrors { get; init; }

    /// <summary>What each probe breaks of the others; its name without the prefix.</summary>
    public IReadOnlyDictionary<string, Func<int, bool>> Probes { get; init; } =
        new Dictionary<string, Func<int, bool>>(StringComparer.Ordinal);

    public ModelHealth? Health { get; init; }

    public IReadOnlyList<string>? Notices { get; init; }

    /// <summary>Each probe breaks the examples from one index to another, the second left out.</summary>
    public static ProbedRun Of(params (string Name, int From, int To)[] broken) =>
        new() { Probes = broken.ToDictionary(b => b.Name, b => (Func<int, bool>)(i => i >= b.From && i < b.To)) };

    public Evidence Evidence()
    {
        var run = new SampleRun
        {
            Selection = DataSelection.All(Examples),
            Attacks = [new("autoattack", "apgd", [], 1) { List = "autoattack" }],
        };
        // Budgets of their own prove nothing about the threat evaluated.
        var manifest = run.Manifest() with
        {
            Protocol = "standard",
            Probes = new(
                Examples,
                [
                    .. Probes.Keys.Select(name => new ManifestAttack(Probe.Prefix + name, "pgd", [], 1)
                    {
                        Threat = IsOther(name) ? "linf:0.15" : null,
                        Notices = Notices,
                    }),
                ]
            ),
        };
        var right = Examples - CleanErrors;
        List<LedgerRow> ledger = [];
        List<AttemptRow> attempts = [];
        for (var i = 0; i < Examples; i++)
        {
            var label = ((i * 31) + (i / 7)) % 10;
            string? by = i < right ? null : LedgerRow.Clean;
            foreach (var (name, breaks) in Probes.Where(_ => i < right))
            {
                var hit = breaks(i);
                by ??= hit && !IsOther(name) ? Probe.Prefix + name : null;
                attempts.Add(
                    new(
                        i,
                        AttemptRow.Probe,
                        Probe.Prefix + name,
                        0,
                        hit ? AttemptRow.Broken : AttemptRow.Standing,
                        hit ? 0.3 : null,
                        2,
                        1
                    )
                );
            }
            var isBroken = by is not (null or LedgerRow.Clean);
            ledger.Add(
                new(
                    i,
                    label,
                    by == LedgerRow.Clean ? (label + 3) % 10 : label,
                    by,
                    isBroken ? (label + 1 + (i % 8)) % 10 : null,
                    isBroken ? 0.3 : null,
                    10,
                    5
                )
            );
        }
        return Temper.Evaluation.Evidence.Of(manifest, ledger, attempts, Health);
    }

    public IReadOnlyList<Finding> Findings() => Temper.Evaluation.Findings.Of(Evidence());

    private static bool IsOther(string name) => name is "pgd-half-budget" or "pgd-double-budget" or "unbounded";
}
