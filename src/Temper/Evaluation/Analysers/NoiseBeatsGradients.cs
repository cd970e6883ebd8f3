using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether random points break more than any search that follows gradients.</summary>
[Component(
    "TMP139",
    "random points break more than every gradient attack",
    "Carlini et al. 2019, On Evaluating Adversarial Robustness"
)]
internal sealed class NoiseBeatsGradients : ProbeComparison
{
    /// <inheritdoc/>
    protected override double Least => 0.02;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [PairedEffect.OverEach(group, ProbeNames.Noise, Gradients)];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect) =>
        Measured(
            Severity.Error,
            $"Under {group.Threat}, points drawn at random break more than every gradient attack. Of these the best did so: {effect.Counts}. The gradients lead nowhere.",
            "Read nothing from gradient attacks on this model; attack it through a differentiable stand-in, or without gradients.",
            (
                "more than 2 points",
                "Carlini et al. 2019 allow two standard deviations; the exact test takes their place, and 2 points beside it are own choice"
            ),
            effect.Figures
        );
}
