using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Normal noise of one standard deviation on every value.</summary>
[Component(
    "gaussian-noise",
    "normal noise on every value",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class GaussianNoiseCorruption : Corruption
{
    private static readonly float[] Deviations = [0.04f, 0.06f, 0.08f, 0.09f, 0.10f];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var noise = draws.Normal(image.Values.Length);
        for (var i = 0; i < noise.Length; i++)
        {
            image.Values[i] += Deviations[severity - 1] * noise[i];
        }
        return image;
    }
}
