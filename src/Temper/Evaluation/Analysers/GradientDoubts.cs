namespace Temper.Evaluation.Analysers;

/// <summary>Whether the measured behaviour of a model gives reason to think that its gradients mislead.</summary>
internal static class GradientDoubts
{
    private static readonly Analyser[] Analysers =
    [
        new ZeroGradients(),
        new UnstablePredictions(),
        new RandomAnswers(),
        new BatchDependence(),
        new ScaleDependence(),
    ];

    /// <summary>The ids of the findings about gradients, unstable, random or batch-dependent answers, and the scale of the scores.</summary>
    public static IReadOnlyList<string> Of(Evidence evidence) =>
        [
            .. Analysers
                .SelectMany(a => a.Look(evidence))
                // A test alone, without the others of the run: what is asked here is another doubt beside the one at hand.
                .Where(s => s.Finding is { Severity: not Severity.Info } && s.P is null or < 0.01)
                .Select(s => s.Finding?.Id)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
}
