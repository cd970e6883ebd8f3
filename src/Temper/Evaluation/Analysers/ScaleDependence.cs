using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether an attack succeeds once the scores are multiplied by a constant, which changes no answer.</summary>
[Component(
    "TMP147",
    "the success of an attack depends on the scale of the scores",
    "Carlini and Wagner 2016, Defensive distillation is not robust to adversarial examples"
)]
internal sealed class ScaleDependence : Analyser
{
    private const double Some = 0.02;
    private const double Much = 0.05;

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health?.Scale is not { N: > 0 } found)
        {
            yield break;
        }
        var effect = new PairedEffect(
            "a search on the scores multiplied",
            "one on the scores as they are",
            found.N,
            found.OnlyScaled,
            found.OnlyPlain,
            PairedTest.OneSided(found.OnlyScaled, found.OnlyPlain)
        );
        yield return effect.Share > Some
            ? Measured(
                effect.SurelyAbove > Much ? Severity.Error : Severity.Warning,
                $"Multiplying the scores by {Words.Number(found.Factor)} changes no answer, but {effect.Counts}. The size of the scores hides what gradients would show.",
                "Divide the scores by a constant before the evaluation; rest nothing on the cross-entropy.",
                (
                    "more than 2 points; an error surely beyond 5 points",
                    "own choice: the answers do not change, so success should not; searches on two losses differ by a few points"
                ),
                [.. effect.Figures, ("factor", found.Factor), ("medianMargin", found.MedianMargin)],
                effect.P
            )
            : new(null, effect.P);
    }
}
