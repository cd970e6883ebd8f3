using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether aiming at classes breaks far more than the cross-entropy.</summary>
[Component(
    "TMP142",
    "a targeted search breaks far more than one on the cross-entropy",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness, tables of the appendix"
)]
internal sealed class TargetedGap : ProbeComparison
{
    private const double Much = 0.08;

    /// <inheritdoc/>
    protected override double Least => 0.05;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [PairedEffect.Of(group, ProbeNames.ApgdTargeted, ProbeNames.ApgdCe)];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect) =>
        Measured(
            effect.SurelyAbove > Much ? Severity.Error : Severity.Warning,
            $"Under {group.Threat}, {effect.Counts}. The cross-entropy of this model leads searches astray.",
            "Distrust every number from attacks on the cross-entropy alone, those of training and of other papers included; attack the margin and each class.",
            (
                "more than 5 points; an error surely beyond 8 points",
                "5 and 8 points: gaps of published defences that held and that fell (tables of Croce and Hein 2020)"
            ),
            effect.Figures
        );
}
