using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether it matters where a search begins.</summary>
[Component(
    "TMP132",
    "ten starts break more than one",
    "Madry et al. 2018, Towards deep learning models resistant to adversarial attacks; Carlini et al. 2019, On Evaluating Adversarial Robustness"
)]
internal sealed class RestartGain : ProbeComparison
{
    /// <inheritdoc/>
    protected override double Least => 0.01;

    /// <inheritdoc/>
    protected override IEnumerable<PairedEffect?> Compare(ProbeGroup group) =>
        [PairedEffect.Of(group, ProbeNames.PgdRestarts, ProbeNames.Pgd20)];

    /// <inheritdoc/>
    protected override Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect) =>
        Measured(
            Severity.Warning,
            $"Under {group.Threat}, {effect.Counts}: where a search begins decides what it finds.",
            "Give gradient attacks restarts, and read the worst case over all of them.",
            ("more than 1 point", "below the 2.9 points that restarts take from Madry et al.'s MNIST net"),
            effect.Figures
        );
}
