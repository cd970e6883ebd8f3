using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Poisson counts of photons whose mean is the value.</summary>
[Component(
    "shot-noise",
    "photon noise: Poisson counts, more of it where it is bright",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class ShotNoise : Corruption
{
    private static readonly float[] Photons = [500, 250, 100, 75, 50];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var photons = Photons[severity - 1];
        var noise = draws.Uniform(image.Values.Length);
        for (var i = 0; i < noise.Length; i++)
        {
            image.Values[i] = Poisson(image.Values[i] * photons, noise[i]) / photons;
        }
        return image;
    }

    /// <summary>The least count whose cumulative probability is above the uniform number.</summary>
    private static int Poisson(double mean, double uniform)
    {
        var probability = Math.Exp(-mean);
        var cumulative = probability;
        var count = 0;
        // Beyond this the probability is below the resolution of the number.
        var most = mean + (8 * Math.Sqrt(mean)) + 16;
        while (cumulative <= uniform && count < most)
        {
            count++;
            probability *= mean / count;
            cumulative += probability;
        }
        return count;
    }
}
