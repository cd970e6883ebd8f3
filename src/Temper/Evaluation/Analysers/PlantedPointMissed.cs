using MathNet.Numerics.Distributions;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether a search finds a wrong point that is known to be there.</summary>
[Component(
    "TMP149",
    "a search misses wrong points that were planted",
    "Zimmermann et al. 2022, Increasing confidence in adversarial robustness evaluations"
)]
internal sealed class PlantedPointMissed : Analyser
{
    private const double Least = 0.95;
    private const double Few = 0.75;

    /// <summary>Where random points get across as often, the readouts are no task for a search.</summary>
    private const double TooEasy = 0.5;

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health?.Binarisation is not { N: > 0 } found || found.BrokenAtRandom > TooEasy * found.N)
        {
            yield break;
        }
        var share = found.Broken / (double)found.N;
        var p = Binomial.CDF(Least, found.N, found.Broken);
        yield return share < Least
            ? Measured(
                Interval.UpperLimit(found.Broken, found.N) < Few ? Severity.Error : Severity.Warning,
                $"Around each of {Words.Count(found.N)} examples a wrong point was planted inside the budget, by another last layer. {found.Steps} steps of Auto-PGD find one for {Words.Count(found.Broken)} of them ({Words.Percent(share)}), {found.Draws} random points for {Words.Count(found.BrokenAtRandom)}. A search that misses what is there proves nothing where it finds nothing.",
                "Look for what stops the gradient between input and last layer: rounding, jumps, noise, saturation. Attack around it, or without gradients.",
                (
                    "fewer than 95 %, where the exact test agrees; an error surely below 75 %",
                    "95 %: Zimmermann et al. 2022; 75 %: own choice, far below what networks trained honestly reach"
                ),
                [
                    ("broken", found.Broken),
                    ("brokenAtRandom", found.BrokenAtRandom),
                    ("examples", found.N),
                    ("p", p),
                    ("share", share),
                ],
                p
            )
            : new(null, p);
    }
}
