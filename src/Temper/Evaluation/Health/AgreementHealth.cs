namespace Temper.Evaluation.Health;

/// <summary>How well the gradient of the margin foretells how the margin changes at random points very near, over the correct examples, each at a random point of the ball with noise of 8/255 of the box.</summary>
/// <param name="N">The examples whose margin, or what is foretold of it, changes by more than rounding does.</param>
/// <param name="Points">The random points of each.</param>
/// <param name="Radius">How far each value moves at most, in input units.</param>
/// <param name="MeanError">
/// The mean, over the examples, of Σ|Δ − g·δ| / Σ(|Δ| + |g·δ|), where δ is the way to a point, Δ the change of the margin there and g
/// its gradient. At the clean image, areas of one value would tie in every pooling window, where no gradient tells all directions. 0 where the gradient tells it all, 1 where it tells nothing.
/// </param>
/// <remarks>
/// Athalye et al. 2018, Obfuscated gradients give a false sense of security, section 3: shattered gradients are those that do not exist
/// or are incorrect. Activations with jumps, random answers, and gradients that were put in the place of others bring it about.
/// </remarks>
public sealed record AgreementHealth(int N, int Points, double Radius, double MeanError);
