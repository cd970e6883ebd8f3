namespace Temper.Evaluation.Health;

/// <summary>The same short search on the scores as they are, and on scores multiplied so that the median margin is about 1.</summary>
/// <param name="N">The correct examples, each attacked both ways from the same start.</param>
/// <param name="Steps">The steps of the search, Auto-PGD on the cross-entropy.</param>
/// <param name="MedianMargin">The median distance of the right score to the largest other, before.</param>
/// <param name="Factor">What the scores were multiplied by: a power of two, so that no score is rounded by it.</param>
/// <param name="Both">Broken both ways.</param>
/// <param name="OnlyScaled">Broken only with the scores multiplied.</param>
/// <param name="OnlyPlain">Broken only with the scores as they are.</param>
/// <param name="Neither">Broken neither way.</param>
/// <remarks>
/// Carlini and Wagner 2016, Defensive distillation is not robust to adversarial examples: large scores make the gradient of the
/// cross-entropy vanish and change no prediction. The four counts are the table of an exact paired test.
/// </remarks>
public sealed record ScaleHealth(
    int N,
    int Steps,
    double MedianMargin,
    double Factor,
    int Both,
    int OnlyScaled,
    int OnlyPlain,
    int Neither
);
