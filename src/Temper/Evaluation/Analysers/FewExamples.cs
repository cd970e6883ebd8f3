using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether there are as many examples as a random sample needs for a claim.</summary>
[Component(
    Findings.FewExamples,
    "fewer than 1,000 examples were evaluated",
    "Clopper and Pearson 1934; issue 7 of the GradAlign repository"
)]
internal sealed class FewExamples : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Eligible < Findings.EnoughExamples)
        {
            var verb = evidence.Eligible < evidence.N ? "attacked" : "evaluated";
            yield return Measured(
                Severity.Warning,
                $"{Words.Count(evidence.Eligible)} examples were {verb}; a random sample for a claim has at least {Words.Count(Findings.EnoughExamples)}.",
                "Evaluate the whole split, or a larger random sample.",
                (
                    $"fewer than {Words.Count(Findings.EnoughExamples)} examples",
                    "own choice: from there on the limit lies within 3.2 points of the count"
                ),
                [("examples", evidence.Eligible)]
            );
        }
    }
}
