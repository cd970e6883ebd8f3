using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether a search by scores breaks more than any by gradients.</summary>
[Component(
    "TMP140",
    "Square breaks more than every gradient attack",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness, whose code flags it"
)]
internal sealed class SquareBeatsWhiteBox : ProbeComparison
{
    /// <inheritdoc/>
    protected override double Least => 0.002;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [PairedEffect.OverEach(group, ProbeNames.Square, Gradients)];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect)
    {
        var doubts = GradientDoubts.Of(evidence);
        return Measured(
            doubts.Count > 0 ? Severity.Error : Severity.Warning,
            $"Under {group.Threat}, Square, which sees scores alone, breaks more than every gradient attack. Of these the best did so: {effect.Counts}. Gradient attacks are not enough here{(doubts.Count > 0 ? $", and the gradients themselves are in doubt ({Words.List(doubts)})" : "")}.",
            "Keep attacks without gradients in the evaluation, with more queries; look for what hides the gradients.",
            (
                "more than 0.2 points; an error where a finding about gradients stands beside it",
                "the code of Croce and Hein 2020 (0.002)"
            ),
            effect.Figures
        );
    }
}
