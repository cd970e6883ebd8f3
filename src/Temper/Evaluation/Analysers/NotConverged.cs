using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether a search still gains when it ends.</summary>
[Component(
    "TMP135",
    "a search still gains in its last steps",
    "Pintor et al. 2022, Indicators of Attack Failure, indicator 4"
)]
internal sealed class NotConverged : Analyser
{
    private const double Gain = 0.05;

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health?.Convergence is { N: > 0 } found && found.MeanImprovement > Gain)
        {
            yield return Measured(
                Severity.Warning,
                $"On the {Words.Count(found.N)} examples that PGD does not break, {Words.Percent(found.MeanImprovement)} of what it gains comes in the last {found.Last} of {found.Steps} steps. More steps may break more.",
                "Evaluate with more steps, or a search that adapts them.",
                ("more than 5 % of the gain", "Pintor et al. 2022, indicator 4"),
                [
                    ("examples", found.N),
                    ("stillImproving", found.StillImproving),
                    ("meanImprovement", found.MeanImprovement),
                ]
            );
        }
    }
}
