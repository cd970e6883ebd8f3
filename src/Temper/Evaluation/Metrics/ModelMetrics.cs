namespace Temper.Evaluation.Metrics;

/// <summary>What the evidence says beside the worst case: by class, by distance, by confidence.</summary>
internal sealed record ModelMetrics
{
    private ModelMetrics(Evidence evidence)
    {
        Attackable = evidence.CleanStanding;
        Broken = evidence.CleanStanding - evidence.Standing;
        Classes =
        [
            .. evidence
                .Ledger.Where(r => !evidence.Goal.Spares(r.Label))
                .GroupBy(r => r.Label)
                .OrderBy(g => g.Key)
                .Select(g => new ClassMetrics(
                    g.Key,
                    g.Count(),
                    g.Count(r =>
                        evidence.Goal.IsTargeted ? r.CleanPrediction == r.Label : r.BrokenBy != LedgerRow.Clean
                    ),
                    g.Count(r => r.BrokenBy is null)
                )),
        ];
        Confusions =
        [
            .. evidence
                .Ledger.Where(r => r.BrokenBy is not (null or LedgerRow.Clean))
                .GroupBy(r => (r.CleanPrediction, Adversarial: r.AdversarialPrediction!.Value))
                .Select(g => new Confusion(g.Key.CleanPrediction, g.Key.Adversarial, g.Count()))
                .OrderByDescending(c => c.Count)
                .ThenBy(c => c.Clean)
                .ThenBy(c => c.Adversarial),
        ];
        Distances = Distances.Of(evidence);
        Clean = Calibration.Clean(evidence);
        Attacked = Calibration.Attacked(evidence);
    }

    /// <summary>Gets the examples that attacks begin with.</summary>
    public int Attackable { get; }

    /// <summary>Gets those that attacks broke.</summary>
    public int Broken { get; }

    /// <summary>Gets the share of attackable examples that attacks broke; null where there were none, or no attack ran.</summary>
    public double? AttackSuccess => Attackable == 0 ? null : Broken / (double)Attackable;

    /// <summary>Gets the classes, ascending; a class aimed at is left out.</summary>
    public IReadOnlyList<ClassMetrics> Classes { get; }

    /// <summary>Gets the class with the lowest worst case; null where there is none.</summary>
    public ClassMetrics? Worst => Classes.MinBy(c => c.RobustRate);

    /// <summary>Gets how attacks turned predictions, the most frequent way first.</summary>
    public IReadOnlyList<Confusion> Confusions { get; }

    /// <summary>Gets the distances; null where there are none.</summary>
    public Distances? Distances { get; }

    /// <summary>Gets the calibration without an attack; null where it is not known.</summary>
    public Calibration? Clean { get; }

    /// <summary>Gets the calibration under attack; null where it is not known.</summary>
    public Calibration? Attacked { get; }

    /// <summary>Counts evidence.</summary>
    public static ModelMetrics Of(Evidence evidence) => new(evidence);
}
