using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Less contrast, around the mean of each channel.</summary>
[Component(
    "contrast",
    "less contrast, around the mean of each channel",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class Contrast : Corruption
{
    private static readonly float[] Shares = [0.75f, 0.5f, 0.4f, 0.3f, 0.15f];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        for (var c = 0; c < image.Channels; c++)
        {
            var plane = image.Plane(c);
            var sum = 0.0;
            foreach (var value in plane)
            {
                sum += value;
            }
            var mean = (float)(sum / plane.Length);
            foreach (ref var value in plane)
            {
                value = ((value - mean) * Shares[severity - 1]) + mean;
            }
        }
        return image;
    }
}
