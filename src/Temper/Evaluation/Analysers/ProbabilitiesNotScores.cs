using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether the outputs have been through a softmax already.</summary>
[Component(
    "TMP145",
    "the outputs are probabilities, not scores",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness, whose code flags it"
)]
internal sealed class ProbabilitiesNotScores : Analyser
{
    private const double Share = 0.99;

    private static readonly (string, string) Threshold = (
        "at least 99 % of the examples",
        "own choice: scores that are none sum to 1 by chance for few"
    );

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health?.Outputs is not { N: > 0 } found)
        {
            yield break;
        }
        if (found.Softmax >= Share * found.N)
        {
            yield return Measured(
                Severity.Error,
                $"The outputs of {Words.Count(found.Softmax)} of {Words.Count(found.N)} examples are from 0 to 1 and sum to 1: they are probabilities. Losses take the softmax once more, and where the model is certain its gradient is gone.",
                "Give the model without its last softmax.",
                Threshold,
                [("examples", found.N), ("softmax", found.Softmax)]
            );
        }
        else if (found.LogSoftmax >= Share * found.N)
        {
            yield return Measured(
                Severity.Info,
                $"The outputs of {Words.Count(found.LogSoftmax)} of {Words.Count(found.N)} examples are logarithms of probabilities. Every loss is the same for them as for the scores they come from, but for rounding.",
                "Nothing; the model without its last step would do as well.",
                Threshold,
                [("examples", found.N), ("logSoftmax", found.LogSoftmax)]
            );
        }
    }
}
