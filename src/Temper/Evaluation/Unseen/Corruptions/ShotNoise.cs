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
        // Images have few distinct values.
        var tables = new Dictionary<float, double[]>();
        for (var i = 0; i < noise.Length; i++)
        {
            if (!tables.TryGetValue(image.Values[i], out var table))
            {
                tables[image.Values[i]] = table = Cumulative(image.Values[i] * photons);
            }
            var found = Array.BinarySearch(table, noise[i]);
            // The least count whose cumulative probability is above the uniform number.
            image.Values[i] = (found >= 0 ? found + 1 : ~found) / photons;
        }
        return image;
    }

    /// <summary>The probabilities of at most 0, 1, 2, … counts, as far as uniform numbers of 24 bits tell them from 1.</summary>
    private static double[] Cumulative(double mean)
    {
        var table = new double[(int)(mean + (8 * Math.Sqrt(mean)) + 16)];
        var probability = Math.Exp(-mean);
        var sum = 0.0;
        for (var count = 0; count < table.Length; count++)
        {
            sum += probability;
            table[count] = sum;
            probability *= mean / (count + 1);
        }
        return table;
    }
}
