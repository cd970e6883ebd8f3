using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>A higher value in the HSV model; hue and saturation stay.</summary>
[Component(
    "brightness",
    "brighter by a constant, hue and saturation kept",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class Brightness : Corruption
{
    private static readonly float[] Amounts = [0.05f, 0.1f, 0.15f, 0.2f, 0.3f];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var size = image.Height * image.Width;
        for (var i = 0; i < size; i++)
        {
            // With hue and saturation kept, all channels grow in proportion to the largest, which is the value.
            var value = 0f;
            for (var c = 0; c < image.Channels; c++)
            {
                value = Math.Max(value, image.Values[(c * size) + i]);
            }
            var target = Math.Min(1, value + Amounts[severity - 1]);
            for (var c = 0; c < image.Channels; c++)
            {
                ref var one = ref image.Values[(c * size) + i];
                one = value > 0 ? one * target / value : target;
            }
        }
        return image;
    }
}
