using Temper.Evaluation.Probing;

namespace Temper.Workflow;

/// <summary>A probe as a protocol names it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">The attack's id.</param>
/// <param name="Options">Options that differ from the attack's defaults.</param>
/// <param name="Scale">The budget as a multiple of that of the threat evaluated; infinite for anything in the box.</param>
/// <remarks>
/// PGD takes steps of 2.5 ε / steps, so that it can cross the ball more than once (Madry et al. 2018). The comparisons are those of
/// Carlini et al. 2019, On Evaluating Adversarial Robustness, and of Pintor et al. 2022, Indicators of Attack Failure.
/// </remarks>
internal sealed record ProbeSpec(
    string Name,
    string Id,
    IReadOnlyList<(string Key, string Value)> Options,
    double Scale = 1
)
{
    private static readonly ProbeSpec ApgdCe = new(ProbeNames.ApgdCe, "apgd", [("loss", "ce")]);
    private static readonly ProbeSpec ApgdMargin = new(ProbeNames.ApgdMargin, "apgd", [("loss", "margin")]);

    public static IReadOnlyList<ProbeSpec> Quick { get; } = [ApgdCe, ApgdMargin];

    public static IReadOnlyList<ProbeSpec> Standard { get; } =
    [
        new(ProbeNames.Fgsm, "fgsm", []),
        new(ProbeNames.FgsmHalf, "fgsm", [("step", "rel:0.5")]),
        new(ProbeNames.FgsmQuarter, "fgsm", [("step", "rel:0.25")]),
        new(ProbeNames.Pgd10, "pgd", Steps(10)),
        new(ProbeNames.Pgd20, "pgd", Steps(20)),
        new(ProbeNames.Pgd40, "pgd", Steps(40)),
        new(ProbeNames.PgdRestarts, "pgd", [.. Steps(20), ("restarts", "10")]),
        new(ProbeNames.PgdMargin, "pgd", [.. Steps(40), ("loss", "margin")]),
        ApgdCe,
        ApgdMargin,
        new(ProbeNames.ApgdTargeted, "apgd-t", []),
        new(ProbeNames.Square, "square", [("queries", "1000"), ("rescale", "true")]),
        new(ProbeNames.Noise, "uniform-noise", [("points", "500")]),
        new(ProbeNames.HalfBudget, "pgd", Steps(40), 0.5),
        new(ProbeNames.DoubleBudget, "pgd", Steps(40), 2),
        new(ProbeNames.Unbounded, "apgd", [("loss", "margin")], double.PositiveInfinity),
    ];

    public static IReadOnlyList<ProbeSpec> Full { get; } = [.. Standard, new(ProbeNames.LabelsOnly, "rays", [])];

    private static (string, string)[] Steps(int steps) =>
        [
            ("steps", steps.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("step", System.FormattableString.Invariant($"rel:{2.5 / steps}")),
        ];
}
