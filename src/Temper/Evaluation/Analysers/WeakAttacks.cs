using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether an ensemble ran on which a claim may rest.</summary>
[Component(
    Findings.WeakAttacks,
    "the attacks are too few and too alike to support a claim",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness"
)]
internal sealed class WeakAttacks : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (ClaimGrade.IsReached(evidence))
        {
            yield break;
        }
        string[] ran = [.. evidence.Attacks.Select(a => a.Name)];
        var instead = evidence.Probes.Count > 0 ? "Only probes ran, and no attack on all examples." : "No attack ran.";
        yield return Certain(
            Severity.Error,
            ran.Length == 0
                ? instead
                : $"The attacks that ran ({Words.List(ran)}) are too few and too alike to support a claim: a defence that hides its gradients can pass them.",
            "Add attacks of another kind, above all the standard AutoAttack ensemble; until then read the numbers as an upper bound only."
        );
    }
}
