namespace Temper.Evaluation.Health;

/// <summary>Whether a search finds a point that was planted: the binarisation test.</summary>
/// <param name="Tried">The correct examples that a readout was fitted around.</param>
/// <param name="N">Those of them whose readout separates the planted point from all inner points.</param>
/// <param name="Features">What was read: <c>penultimate</c>, what the last layer gets, or <c>scores</c> where that is not known.</param>
/// <param name="Inner">The inner points of each example, the clean one among them.</param>
/// <param name="Steps">The steps of the search, Auto-PGD on the margin.</param>
/// <param name="Broken">Those of <paramref name="N"/> where the search got across.</param>
/// <param name="Draws">Random points of the ball that were tried beside it.</param>
/// <param name="BrokenAtRandom">Those of <paramref name="N"/> where one of these got across.</param>
/// <remarks>
/// Zimmermann et al. 2022, Increasing confidence in adversarial robustness evaluations. Around each example the last layer is replaced by
/// a linear one for two classes: inner points and one point on the boundary of the ball. A wrong point exists, since it was put there;
/// a search that does not find one proves nothing where it finds none elsewhere.
/// </remarks>
public sealed record BinarisationHealth(
    int Tried,
    int N,
    string Features,
    int Inner,
    int Steps,
    int Broken,
    int Draws,
    int BrokenAtRandom
)
{
    /// <summary>What the last layer gets.</summary>
    public const string Penultimate = "penultimate";

    /// <summary>The scores themselves.</summary>
    public const string Scores = "scores";
}
