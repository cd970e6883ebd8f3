using Temper.Errors;
using Temper.Evaluation.Health;
using Temper.Evaluation.Probing;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Evaluation;

/// <summary>The raw evidence of one evaluation, held against itself and counted.</summary>
public sealed record Evidence
{
    /// <summary>The file that holds the manifest.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>The file that holds the ledger.</summary>
    public const string LedgerFile = "ledger.csv";

    /// <summary>The file that holds the attempts.</summary>
    public const string AttemptsFile = "attempts.csv";

    /// <summary>The file that says why there is no evidence: an attack broke what was certified.</summary>
    internal const string ViolationFile = "violation.json";

    private Evidence(
        RunManifest manifest,
        IReadOnlyList<LedgerRow> ledger,
        IReadOnlyList<AttemptRow> attempts,
        IReadOnlyList<AttackTally> attacks,
        ModelHealth? health
    )
    {
        Health = health;
        Manifest = manifest;
        Ledger = ledger;
        Attempts = attempts;
        Attacks = attacks;
        Probes = ProbeTallies.Of(manifest, ledger, attempts);
        Selection = manifest.Selection;
        Goal = manifest.Threat.Goal;
        // Of clean errors only those that reach the goal are broken by nothing.
        CleanCorrect = ledger.Count(r =>
            Goal.IsTargeted ? r.CleanPrediction == r.Label : r.BrokenBy != LedgerRow.Clean
        );
        Eligible = ledger.Count(r => !Goal.Spares(r.Label));
        CleanStanding = ledger.Count(r => r.BrokenBy != LedgerRow.Clean && !Goal.Spares(r.Label));
        Standing = ledger.Count(r => r.BrokenBy is null && !Goal.Spares(r.Label));
        Forwards = ledger.Sum(r => r.Forwards);
        Gradients = ledger.Sum(r => r.Gradients);
        // The first images of a file are no random sample of anything: no interval.
        Upper = Selection.Kind == SelectionKind.First || Eligible == 0 ? null : Interval.UpperLimit(Standing, Eligible);
    }

    /// <summary>Gets what was run.</summary>
    public RunManifest Manifest { get; }

    /// <summary>Gets one row per example.</summary>
    public IReadOnlyList<LedgerRow> Ledger { get; }

    /// <summary>Gets one row per example, attack and restart.</summary>
    public IReadOnlyList<AttemptRow> Attempts { get; }

    /// <summary>Gets the attacks in the order they ran.</summary>
    public IReadOnlyList<AttackTally> Attacks { get; }

    /// <summary>Gets the probes in the order they ran; empty where there were none.</summary>
    public IReadOnlyList<ProbeTally> Probes { get; }

    /// <summary>Gets the probes by the threat they belong to: one group, or one for each member of a union.</summary>
    internal IReadOnlyList<ProbeGroup> ProbeGroups => ProbeGroup.Of(Manifest.Threat, Probes);

    /// <summary>Gets how the model behaves where attacks ask it; null where that was not measured.</summary>
    public ModelHealth? Health { get; }

    /// <summary>Gets the certified examples beside those that stand; null where nothing was to be certified.</summary>
    internal Bracket? Bracket { get; private init; }

    /// <summary>Gets how the examples were chosen.</summary>
    public DataSelection Selection { get; }

    /// <summary>Gets the number of examples.</summary>
    public int N => Ledger.Count;

    /// <summary>Gets the number classified correctly without an attack.</summary>
    public int CleanCorrect { get; }

    /// <summary>Gets what the adversary wanted the model to answer.</summary>
    public Goal Goal { get; }

    /// <summary>Gets the number that can be broken: all, or those of another class than the one aimed at.</summary>
    public int Eligible { get; }

    /// <summary>Gets the number of these that the clean prediction does not break: what the attacks begin with.</summary>
    public int CleanStanding { get; }

    /// <summary>Gets the number of these that nothing broke, neither the clean prediction nor an attack: the worst case.</summary>
    public int Standing { get; }

    /// <summary>Gets the one-sided 97.5 % upper limit of the worst case; null for the first N examples.</summary>
    public double? Upper { get; }

    /// <summary>Gets all forward passes, in examples.</summary>
    public long Forwards { get; }

    /// <summary>Gets all gradient passes, in examples.</summary>
    public long Gradients { get; }

    /// <summary>Reads the evidence of a folder.</summary>
    /// <param name="dir">The folder that holds manifest, ledger and attempts.</param>
    /// <exception cref="DataException">A file is missing or damaged, the files contradict each other, or the evaluation was stopped by a violated certificate.</exception>
    public static Evidence Read(string dir) =>
        // The tables beside it may be those of an earlier evaluation.
        File.Exists(Path.Combine(dir, ViolationFile))
            ? throw new DataException(
                $"{Path.Combine(dir, ViolationFile)}: an attack broke an example that was certified, and the evaluation stopped; the folder holds no evidence for a report."
            )
            : Read(dir, RunManifest.Read(Path.Combine(dir, ManifestFile)));

    private static Evidence Read(string dir, RunManifest manifest) =>
        manifest.Kind == RunManifest.Certify
            ? throw new DataException(
                $"{dir}: holds a certification, which attacked for counterexamples alone and makes no claim; expected the folder of an evaluation or of a training."
            )
            : Of(
                    manifest,
                    LedgerCsv.Read(Path.Combine(dir, LedgerFile), manifest.Threat.Goal),
                    AttemptsCsv.Read(Path.Combine(dir, AttemptsFile)),
                    File.Exists(Path.Combine(dir, HealthFile.Name))
                        ? HealthFile.Read(Path.Combine(dir, HealthFile.Name))
                        : null
                )
                .Certified(Bracket.Read(dir, manifest));

    /// <summary>The same with certificates.</summary>
    /// <param name="certificates">One row per example, where the manifest names a certification with bounds.</param>
    /// <exception cref="DataException">They contradict manifest or ledger.</exception>
    internal Evidence Certified(IReadOnlyList<CertificateRow> certificates) =>
        this with
        {
            Bracket = Bracket.Of(Manifest, Ledger, certificates),
        };

    /// <summary>Counts the evidence, after holding the parts against each other.</summary>
    /// <param name="manifest">What was run.</param>
    /// <param name="ledger">One row per example.</param>
    /// <param name="attempts">One row per example, attack and restart.</param>
    /// <param name="health">How the model behaves; null where that was not measured.</param>
    /// <exception cref="DataException">The parts contradict each other.</exception>
    public static Evidence Of(
        RunManifest manifest,
        IReadOnlyList<LedgerRow> ledger,
        IReadOnlyList<AttemptRow> attempts,
        ModelHealth? health = null
    )
    {
        if (ledger.Count != manifest.Data.N)
        {
            throw new DataException(
                $"{LedgerFile}: found {ledger.Count} rows, expected {manifest.Data.N}, the n of {ManifestFile}; the evaluation did not finish or the files belong to different runs."
            );
        }
        var verdicts = new Dictionary<long, string?>();
        var known = ProbeTallies.Known(manifest);
        foreach (var row in ledger)
        {
            if (!verdicts.TryAdd(row.Index, row.BrokenBy))
            {
                throw new DataException($"{LedgerFile}: index {row.Index} stands twice; every example has one row.");
            }
            if (row.BrokenBy is not null && manifest.Threat.Goal.Spares(row.Label))
            {
                throw new DataException(
                    $"{LedgerFile}: example {row.Index} is broken by '{row.BrokenBy}', but it is of the class that {manifest.Threat.Text} aims at."
                );
            }
            if (row.BrokenBy is not (null or LedgerRow.Clean) && !known.TryGetValue(row.BrokenBy, out _))
            {
                throw new DataException(
                    $"{LedgerFile}: example {row.Index} is broken by '{row.BrokenBy}', which is no attack of {ManifestFile} ({string.Join(", ", known.Keys)})."
                );
            }
        }
        var broken = new HashSet<(long Index, string Attack)>();
        foreach (var row in attempts)
        {
            if (!verdicts.TryGetValue(row.Index, out var verdict))
            {
                throw new DataException($"{AttemptsFile}: example {row.Index} has no row in {LedgerFile}.");
            }
            if (known.GetValueOrDefault(row.Attack) is not { } kind || kind.Phase != row.Phase)
            {
                throw new DataException(
                    $"{AttemptsFile}: '{row.Attack}' is no attack of phase '{row.Phase}' in {ManifestFile} ({string.Join(", ", known.Keys)})."
                );
            }
            if (row.Outcome != AttemptRow.Broken || !kind.Counts)
            {
                continue;
            }
            broken.Add((row.Index, row.Attack));
            // What a probe breaks may be broken by another attack of the cascade, or by an earlier probe.
            if (row.Phase == AttemptRow.Cascade ? verdict != row.Attack : verdict is null or LedgerRow.Clean)
            {
                throw new DataException(
                    $"{AttemptsFile}: '{row.Attack}' broke example {row.Index}, but {LedgerFile} says '{verdict ?? "standing"}'."
                );
            }
        }
        var unproved = ledger.FirstOrDefault(r =>
            r.BrokenBy is not (null or LedgerRow.Clean) && !broken.Contains((r.Index, r.BrokenBy))
        );
        return unproved is null
            ? new Evidence(manifest, ledger, attempts, Tally(manifest, ledger, attempts), health)
            : throw new DataException(
                $"{LedgerFile}: example {unproved.Index} is broken by '{unproved.BrokenBy}', but {AttemptsFile} holds no such attempt."
            );
    }

    private static List<AttackTally> Tally(
        RunManifest manifest,
        IReadOnlyList<LedgerRow> ledger,
        IReadOnlyList<AttemptRow> attempts
    )
    {
        var rows = attempts.Where(r => r.Phase == AttemptRow.Cascade).ToLookup(r => r.Attack, StringComparer.Ordinal);
        var left = ledger.Count(r => r.BrokenBy != LedgerRow.Clean && !manifest.Threat.Goal.Spares(r.Label));
        var tallies = new List<AttackTally>();
        foreach (var attack in manifest.Attacks)
        {
            var mine = rows[attack.Name];
            var broken = ledger.Count(r => r.BrokenBy == attack.Name);
            left -= broken;
            tallies.Add(
                new AttackTally(
                    attack.Name,
                    attack.Id,
                    attack.Options,
                    mine.Select(r => r.Index).Distinct().Count(),
                    broken,
                    left,
                    mine.Sum(r => r.Forwards),
                    mine.Sum(r => r.Gradients),
                    attack.Seconds
                )
                {
                    Notices = attack.Notices ?? [],
                    Surrogate = attack.Surrogate,
                }
            );
        }
        return tallies;
    }
}
