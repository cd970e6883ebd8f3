using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>The mean of the image and of ever larger views of its middle.</summary>
[Component(
    "zoom-blur",
    "a camera moving towards the scene",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class ZoomBlur : Corruption
{
    /// <summary>Zoom factors 1, 1.01, … : so many.</summary>
    private static readonly int[] Views = [7, 12, 16, 21, 26];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var views = Views[severity - 1];
        var sum = new float[image.Values.Length];
        image.Values.CopyTo(sum, 0);
        for (var view = 0; view < views; view++)
        {
            var closer = Filters.Zoom(image, 1 + (0.01f * view));
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += closer.Values[i];
            }
        }
        for (var i = 0; i < sum.Length; i++)
        {
            image.Values[i] = sum[i] / (views + 1);
        }
        return image;
    }
}
