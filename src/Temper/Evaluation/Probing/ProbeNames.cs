namespace Temper.Evaluation.Probing;

/// <summary>The probes that analysers look for, by name.</summary>
internal static class ProbeNames
{
    /// <summary>One step of length ε.</summary>
    public const string Fgsm = Probe.Prefix + "fgsm";

    /// <summary>One step of half that length.</summary>
    public const string FgsmHalf = Probe.Prefix + "fgsm-half";

    /// <summary>One step of a quarter of that length.</summary>
    public const string FgsmQuarter = Probe.Prefix + "fgsm-quarter";

    /// <summary>Ten steps of PGD.</summary>
    public const string Pgd10 = Probe.Prefix + "pgd-10";

    /// <summary>Twenty steps of PGD.</summary>
    public const string Pgd20 = Probe.Prefix + "pgd-20";

    /// <summary>Forty steps of PGD.</summary>
    public const string Pgd40 = Probe.Prefix + "pgd-40";

    /// <summary>Twenty steps of PGD from ten starts.</summary>
    public const string PgdRestarts = Probe.Prefix + "pgd-20x10";

    /// <summary>Forty steps of PGD on the margin.</summary>
    public const string PgdMargin = Probe.Prefix + "pgd-margin";

    /// <summary>Auto-PGD on the cross-entropy.</summary>
    public const string ApgdCe = Probe.Prefix + "apgd-ce";

    /// <summary>Auto-PGD on the margin.</summary>
    public const string ApgdMargin = Probe.Prefix + "apgd-margin";

    /// <summary>Auto-PGD toward the highest wrong classes.</summary>
    public const string ApgdTargeted = Probe.Prefix + "apgd-t";

    /// <summary>Square, which sees scores only.</summary>
    public const string Square = Probe.Prefix + "square";

    /// <summary>Random points of the ball.</summary>
    public const string Noise = Probe.Prefix + "noise";

    /// <summary>PGD at half the budget.</summary>
    public const string HalfBudget = Probe.Prefix + "pgd-half-budget";

    /// <summary>PGD at twice the budget.</summary>
    public const string DoubleBudget = Probe.Prefix + "pgd-double-budget";

    /// <summary>Auto-PGD on the margin without a budget: anything in the box.</summary>
    public const string Unbounded = Probe.Prefix + "unbounded";

    /// <summary>An attack that sees labels only.</summary>
    public const string LabelsOnly = Probe.Prefix + "labels-only";

    /// <summary>Points crafted on a surrogate.</summary>
    public const string Transfer = Probe.Prefix + "transfer";
}
