using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether a search that sees labels breaks more than any by gradients.</summary>
[Component(
    "TMP143",
    "an attack that sees labels only breaks more than every gradient attack",
    "Chen and Gu 2020, RayS: a ray searching method for hard-label adversarial attack"
)]
internal sealed class LabelsOnlyBeatsWhiteBox : ProbeComparison
{
    /// <inheritdoc/>
    protected override double Least => 0.002;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [PairedEffect.OverEach(group, ProbeNames.LabelsOnly, Gradients)];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect)
    {
        var doubts = GradientDoubts.Of(evidence);
        return Measured(
            doubts.Count > 0 ? Severity.Error : Severity.Warning,
            $"Under {group.Threat}, an attack that sees labels alone breaks more than every gradient attack. Of these the best did so: {effect.Counts}. Gradient attacks are not enough here{(doubts.Count > 0 ? $", and the gradients themselves are in doubt ({Words.List(doubts)})" : "")}.",
            "Keep attacks without gradients in the evaluation, with more queries; look for what hides the gradients.",
            (
                "more than 0.2 points; an error where a finding about gradients stands beside it",
                "as for Square (Croce and Hein 2020); Chen and Gu 2020 take any such gap as a sign of masking"
            ),
            effect.Figures
        );
    }
}
