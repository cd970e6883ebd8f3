using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Blur in one direction, at an angle of its own for each image.</summary>
[Component(
    "motion-blur",
    "a moving camera: blur in one direction",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class MotionBlur : Corruption
{
    private static readonly (float Radius, float Sigma)[] Moves = [(6, 1), (6, 1.5f), (6, 2), (8, 2), (9, 2.5f)];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var (radius, sigma) = Moves[severity - 1];
        var angle = draws.Uniform(1, -45, 45)[0];
        return Filters.Motion(image, radius * image.Scale, sigma * image.Scale, angle);
    }
}
