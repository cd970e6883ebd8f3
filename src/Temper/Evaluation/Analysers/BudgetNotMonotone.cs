using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether a larger budget breaks less.</summary>
[Component(
    "TMP133",
    "a larger budget breaks fewer examples",
    "Carlini et al. 2019, On Evaluating Adversarial Robustness"
)]
internal sealed class BudgetNotMonotone : ProbeComparison
{
    /// <inheritdoc/>
    protected override double Least => 0.02;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [
            PairedEffect.Of(group, ProbeNames.HalfBudget, ProbeNames.Pgd40),
            PairedEffect.Of(group, ProbeNames.Pgd40, ProbeNames.DoubleBudget),
        ];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect) =>
        Measured(
            Severity.Error,
            $"Under {group.Threat}, {effect.Counts}, although the budget of {effect.Second} is twice as large and holds every point of the smaller. The search loses its way in the larger ball.",
            "Look at the gradients away from the clean input; add attacks that need none.",
            (
                "more than 2 points",
                "Carlini et al. 2019 allow two standard deviations; the exact test takes their place, and 2 points beside it are own choice"
            ),
            effect.Figures
        );
}
