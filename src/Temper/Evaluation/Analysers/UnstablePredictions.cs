using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether answers jump between points that lie close together, and whether gradients foretell how they change.</summary>
[Component(
    "TMP138",
    "answers jump between points close together, or gradients do not foretell them",
    "Pintor et al. 2022, Indicators of Attack Failure, indicator 2"
)]
internal sealed class UnstablePredictions : Analyser
{
    private const double Change = 0.1;
    private const double Much = 0.5;
    private const double Wrong = 0.1;
    private const double VeryWrong = 0.25;

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health?.Stability is { N: > 0 } found && found.MeanChange > Change)
        {
            yield return Measured(
                found.MeanChange > Much ? Severity.Error : Severity.Warning,
                $"When every value moves at random by up to {Words.Number(found.Radius)}, the margin of {Words.Count(found.N)} examples changes by {Words.Percent(found.MeanChange)} on average. A gradient says little about where the answer goes.",
                "Look for noise in the model and for activations with jumps; average gradients over random points, and attack without gradients.",
                (
                    "more than 10 % of the margin; an error beyond 50 %",
                    "10 %: Pintor et al. 2022, there of the loss; 50 %: own choice, half the way to another class at a random point"
                ),
                [("examples", found.N), ("meanChange", found.MeanChange), ("radius", found.Radius)]
            );
        }
        if (evidence.Health?.Agreement is { N: > 0 } told && told.MeanError > Wrong)
        {
            yield return Measured(
                told.MeanError > VeryWrong ? Severity.Error : Severity.Warning,
                $"When every value moves at random by up to {Words.Number(told.Radius)}, what the gradient foretells of the margin of {Words.Count(told.N)} examples is wrong by {Words.Percent(told.MeanError)} on average. Following it leads elsewhere.",
                "Look for activations with jumps, noise, and gradients put in the place of others; attack through a smooth stand-in, or without gradients.",
                (
                    "wrong by more than 10 %; an error beyond 25 %",
                    "own choice: below 1 % for four published MNIST nets, above 30 % for nets broken on purpose"
                ),
                [("examples", told.N), ("meanError", told.MeanError), ("radius", told.Radius)]
            );
        }
    }
}
