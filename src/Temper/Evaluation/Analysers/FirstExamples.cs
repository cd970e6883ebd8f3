using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether the examples are the first of a file.</summary>
[Component(
    Findings.FirstExamples,
    "the first N examples were evaluated, not all and not a random sample",
    "Carlini et al. 2019, On Evaluating Adversarial Robustness"
)]
internal sealed class FirstExamples : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Selection.Kind == SelectionKind.First)
        {
            yield return Certain(
                Severity.Warning,
                $"Only the first {Words.Count(evidence.N)} examples of the split were evaluated. They are not a random sample, so there is no interval and no claim.",
                "Use a seeded random sample or the whole split; keep the first N for smoke tests."
            );
        }
    }
}
