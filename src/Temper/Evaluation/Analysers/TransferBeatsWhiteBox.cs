using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether points made on another network break more than any search on this one.</summary>
[Component(
    "TMP141",
    "points crafted on a surrogate break more than every gradient attack",
    "Carlini et al. 2019, On Evaluating Adversarial Robustness; Pintor et al. 2022, Indicators of Attack Failure, indicator 5"
)]
internal sealed class TransferBeatsWhiteBox : ProbeComparison
{
    /// <inheritdoc/>
    protected override double Least => 0.02;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [PairedEffect.OverEach(group, ProbeNames.Transfer, Gradients)];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect) =>
        Measured(
            Severity.Error,
            $"Under {group.Threat}, points crafted on another network break more than every gradient attack on this one. Of these the best did so: {effect.Counts}. Who sees the model cannot do worse than who does not, unless its gradients mislead.",
            "Attack the model through a differentiable stand-in of whatever hides its gradients.",
            (
                "more than 2 points",
                "Carlini et al. 2019 allow two standard deviations; the exact test takes their place, and 2 points beside it are own choice"
            ),
            effect.Figures
        );
}
