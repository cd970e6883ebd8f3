using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether the same question gets different answers.</summary>
[Component(
    "TMP144",
    "the model answers at random",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness, whose code asks five times"
)]
internal sealed class RandomAnswers : Analyser
{
    private const double Largest = 1e-4;

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health?.Randomness is { } found && (found.MaxDifference > Largest || found.Changed > 0))
        {
            yield return Measured(
                Severity.Error,
                $"Asked {found.Forwards} times, the model gives {Words.Count(found.Changed)} of {Words.Count(found.N)} examples different classes, and scores that differ by up to {Words.Percent(found.MaxDifference)}. A verdict of one answer holds for that answer.",
                "Fix the randomness, or evaluate with averaged gradients (autoattack-rand); no claim can rest on one answer per point.",
                ("scores that differ by more than 0.0001, or any other class", "the code of Croce and Hein 2020"),
                [("examples", found.N), ("changed", found.Changed), ("maxDifference", found.MaxDifference)]
            );
        }
    }
}
