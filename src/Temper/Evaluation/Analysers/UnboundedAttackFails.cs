using MathNet.Numerics.Distributions;
using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether an attack that may submit anything in the box fails.</summary>
/// <remarks>
/// Some input of each class exists, so nothing can be robust to any change. What stands is at most what a constant answer has:
/// the share of the class that most examples are of.
/// </remarks>
[Component(
    "TMP134",
    "an attack without a budget leaves more than a constant answer would",
    "Carlini et al. 2019, On Evaluating Adversarial Robustness; Pintor et al. 2022, Indicators of Attack Failure, indicator 6"
)]
internal sealed class UnboundedAttackFails : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        // Under a mask some values stand still whatever the budget, and one class need not be reachable.
        if (evidence.Manifest.Threat.Mask is not null || GoalWords.IsNarrow(evidence.Goal))
        {
            yield break;
        }
        var most = evidence.Ledger.CountBy(r => r.Label).Max(c => c.Value) / (double)evidence.N;
        foreach (var group in evidence.ProbeGroups)
        {
            if (group[ProbeNames.Unbounded] is not { } probe)
            {
                continue;
            }
            var share = probe.Robust / (double)probe.Examples;
            // P(X ≥ k) = P(n − X ≤ n − k), with n − X binomial at 1 − most.
            var p = Binomial.CDF(1 - most, probe.Examples, probe.Examples - probe.Robust);
            yield return share > most
                ? Measured(
                    Severity.Error,
                    $"Under {group.Threat} without its budget, an attack that may submit anything in the box leaves {Words.Count(probe.Robust)} of {Words.Count(probe.Examples)} examples right ({Words.Percent(share)}). A constant answer would be right for {Words.Percent(most)}. The search does not find what must be there.",
                    "Read nothing from what gradient attacks leave; find out why they fail: zero gradients, a wrong box, an operation without a gradient.",
                    (
                        "more than the share of the most frequent class",
                        "what a model that ignores its input has; Pintor et al. 2022 ask for none"
                    ),
                    [("examples", probe.Examples), ("robust", probe.Robust), ("majority", most)],
                    p
                )
                : new(null, p);
        }
    }
}
