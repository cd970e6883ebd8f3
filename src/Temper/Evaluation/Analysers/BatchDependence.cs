using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether an answer depends on more than the input: on the batch, or on whether gradients are asked for.</summary>
[Component(
    "TMP146",
    "answers depend on the batch, or on whether gradients are asked for",
    "Croce et al. 2022, Evaluating the adversarial robustness of adaptive test-time defenses; AutoAttack, issue 74"
)]
internal sealed class BatchDependence : Analyser
{
    private const double Largest = 1e-4;

    private static readonly (string, string) Threshold = (
        "scores that differ by more than 0.0001",
        "as for random answers (Croce and Hein 2020); sums in another order differ by about 0.000001"
    );

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health?.Batch is { } batch && batch.MaxDifference > Largest)
        {
            yield return Measured(
                Severity.Error,
                $"The same example gets other scores in another batch: they differ by up to {Words.Percent(batch.MaxDifference)}, and {Words.Count(batch.Changed)} of {Words.Count(batch.N)} examples get another class. An example's verdict hangs on its neighbours.",
                "Put the model into evaluation mode, so that normalisation uses fixed statistics.",
                Threshold,
                [("examples", batch.N), ("changed", batch.Changed), ("maxDifference", batch.MaxDifference)]
            );
        }
        if (evidence.Health?.GradientMode is { } mode && mode.MaxDifference > Largest)
        {
            yield return Measured(
                Severity.Error,
                $"The model gives other scores when gradients are asked for: they differ by up to {Words.Percent(mode.MaxDifference)}, and {Words.Count(mode.Changed)} of {Words.Count(mode.N)} examples get another class. Attacks search one model and are scored by another.",
                "Evaluate a model that computes the same in both ways; a defence that optimises at test time needs an evaluation of its own.",
                Threshold,
                [("examples", mode.N), ("changed", mode.Changed), ("maxDifference", mode.MaxDifference)]
            );
        }
    }
}
