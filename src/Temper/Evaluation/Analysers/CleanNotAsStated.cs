using MathNet.Numerics.Distributions;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether as many examples are right without an attack as is stated of the model.</summary>
[Component(
    "TMP150",
    "clean accuracy is not what is stated of the model",
    "Croce and Hein, code of AutoAttack, issue 74"
)]
internal sealed class CleanNotAsStated : Analyser
{
    /// <summary>Differences of versions and machines flip some predictions; this is far more.</summary>
    private const double Least = 0.003;

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        // The first examples are no random sample, so they may be easier or harder than those that the statement is about.
        if (
            evidence.Manifest.Model.StatedClean is not { } stated
            || evidence.Selection.Kind == SelectionKind.First
            || evidence.N == 0
        )
        {
            yield break;
        }
        var (n, correct) = (evidence.N, evidence.CleanCorrect);
        var measured = correct / (double)n;
        var p = P(correct, n, stated);
        var below = stated.Rate - stated.Within - measured;
        var above = measured - stated.Rate - stated.Within;
        yield return Math.Max(below, above) > Least
            ? Measured(
                below > 0 ? Severity.Error : Severity.Warning,
                $"Stated are {Words.Percent(stated.Rate)} right without an attack (by {stated.Source}), and {Words.Percent(measured)} of {Words.Count(n)} are. What was evaluated does not behave like what the statement is about.",
                "Look at the preprocessing (range, normalisation, order of channels), at the order of the labels and the mode of the model, and whether file and statement belong together; then evaluate again.",
                (
                    "more than 0.3 points beyond rounding, where the exact test agrees",
                    "own choice: other versions and machines flip some predictions, not as many"
                ),
                [("measured", measured), ("stated", stated.Rate), ("within", stated.Within), ("examples", n), ("p", p)],
                p
            )
            : new(null, p);
    }

    /// <summary>Two-sided: of so many right or so few, whichever is rarer, twice.</summary>
    private static double P(int correct, int n, ManifestStatement stated)
    {
        if (stated.Examples is { } m)
        {
            // Fisher's exact test: both counts are of one share, whatever it is.
            var other = (int)Math.Round(stated.Rate * m);
            var fewer = Hypergeometric.CDF(n + m, correct + other, n, correct);
            var errors = Hypergeometric.CDF(n + m, n + m - correct - other, n, n - correct);
            return Math.Min(1, 2 * Math.Min(fewer, errors));
        }
        var low = Math.Clamp(stated.Rate - stated.Within, 0, 1);
        var high = Math.Clamp(stated.Rate + stated.Within, 0, 1);
        return Math.Min(1, 2 * Math.Min(Binomial.CDF(low, n, correct), Binomial.CDF(1 - high, n, n - correct)));
    }
}
