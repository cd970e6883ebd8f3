using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Salt and pepper: each value becomes the least or the greatest with a given probability.</summary>
[Component(
    "impulse-noise",
    "salt and pepper: some values become black or white",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class ImpulseNoise : Corruption
{
    private static readonly float[] Amounts = [0.01f, 0.02f, 0.03f, 0.05f, 0.07f];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var (hit, salt) = (draws.Uniform(image.Values.Length), draws.Uniform(image.Values.Length));
        for (var i = 0; i < hit.Length; i++)
        {
            if (hit[i] < Amounts[severity - 1])
            {
                image.Values[i] = salt[i] < 0.5f ? 1 : 0;
            }
        }
        return image;
    }
}
