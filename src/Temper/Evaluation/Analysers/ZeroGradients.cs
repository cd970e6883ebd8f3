using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether there is a gradient to follow.</summary>
[Component(
    "TMP137",
    "gradients are missing, zero or not finite",
    "Pintor et al. 2022, Indicators of Attack Failure, indicator 1; Croce and Hein 2020, whose code asks it of the DLR loss"
)]
internal sealed class ZeroGradients : Analyser
{
    private const double Some = 0.01;
    private const double Many = 0.1;

    private static readonly (string, string) Threshold = (
        "more than 1 % of the examples; an error beyond 10 %",
        "1 %: own choice, the worst case moves by that at most; 10 %: far below the 45 % of a published case (CleverHans, issue 350)"
    );

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Health is not { } health)
        {
            yield break;
        }
        if (health.GradientReachesInput == false)
        {
            yield return Certain(
                Severity.Error,
                "No gradient reaches the input: the model cuts it off, or it cannot be computed. Attacks that follow gradients do nothing.",
                "Evaluate a model that lets gradients through; attack this one by scores or labels only, and claim nothing from gradient attacks."
            );
            yield break;
        }
        // One sentence for the worst of losses and points says it.
        if (health.InputGradients?.MaxBy(g => g.UnusableShare) is { } worst && worst.UnusableShare > Some)
        {
            yield return Measured(
                worst.UnusableShare > Many ? Severity.Error : Severity.Warning,
                $"For {Words.Count(worst.Zero)} of {Words.Count(worst.N)} examples the gradient of {worst.Loss} is zero, and for {Words.Count(worst.NonFinite)} not finite ({(worst.Point == Health.GradientHealth.Clean ? "at the clean input" : "where searches begin")}). A search cannot follow it.",
                "Look for rounding, thresholds and scores so large that the softmax is certain; divide such scores by a constant, give the rest a gradient that stands in.",
                Threshold,
                [("examples", worst.N), ("zero", worst.Zero), ("nonFinite", worst.NonFinite)]
            );
        }
        if (health.Flatness is { } flat && flat.Near > Some * flat.N)
        {
            yield return Measured(
                flat.Near > Many * flat.N ? Severity.Error : Severity.Warning,
                $"For {Words.Count(flat.Near)} of {Words.Count(flat.N)} examples the scores are the same to the last bit when every value moves by up to {Words.Number(flat.Radius)}. There is nothing for a gradient to say.",
                "Look for inputs rounded to levels; attack through a stand-in that lets gradients pass, or without gradients.",
                Threshold,
                [("examples", flat.N), ("flat", flat.Near), ("radius", flat.Radius)]
            );
        }
    }
}
