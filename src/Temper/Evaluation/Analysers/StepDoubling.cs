using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether twice the steps break more.</summary>
[Component("TMP131", "twice the steps break more", "Carlini et al. 2019, On Evaluating Adversarial Robustness")]
internal sealed class StepDoubling : ProbeComparison
{
    /// <summary>The share of examples beyond which this is an error, if no better search has caught up.</summary>
    private const double Much = 0.02;

    /// <inheritdoc/>
    protected override double Least => 0.005;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [PairedEffect.Of(group, ProbeNames.Pgd40, ProbeNames.Pgd20)];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect)
    {
        // A search that adapts its steps and breaks as much shows that the worst case does not hang on the steps of PGD.
        var broken = group[ProbeNames.Pgd40]!.Broken;
        var isCaughtUp = ((string[])[ProbeNames.ApgdCe, ProbeNames.ApgdMargin]).Any(a => group[a]?.Broken >= broken);
        return Measured(
            effect.SurelyAbove > Much && !isCaughtUp ? Severity.Error : Severity.Warning,
            $"Under {group.Threat}, {effect.Counts}: {(isCaughtUp ? "20 steps are too few here; Auto-PGD breaks as much as 40" : "the search has not come to its end, and no Auto-PGD has caught up")}.",
            "Evaluate with more steps until the count no longer falls.",
            (
                "more than 0.5 points; an error surely beyond 2 points where Auto-PGD does not break as much",
                "half of what published step counts still lose; beyond 2 points a published number fell (NoFrost, 12.03 to 5.29)"
            ),
            effect.Figures
        );
    }
}
