using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Flakes blurred in the direction they fall, over a paler image.</summary>
[Component(
    "snow",
    "falling snow, and paler colours",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class Snow : Corruption
{
    private static readonly (
        float Mean,
        float Spread,
        float Zoom,
        float Least,
        float Radius,
        float Sigma,
        float Kept
    )[] Falls =
    [
        (0.1f, 0.2f, 1, 0.6f, 8, 3, 0.95f),
        (0.1f, 0.2f, 1, 0.5f, 10, 4, 0.9f),
        (0.15f, 0.3f, 1.75f, 0.55f, 10, 4, 0.9f),
        (0.25f, 0.3f, 2.25f, 0.6f, 12, 6, 0.85f),
        (0.3f, 0.3f, 1.25f, 0.65f, 14, 12, 0.8f),
    ];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var fall = Falls[severity - 1];
        var size = image.Height * image.Width;
        var layer = image.Blank(1);
        var noise = draws.Normal(size);
        for (var i = 0; i < size; i++)
        {
            layer.Values[i] = fall.Mean + (fall.Spread * noise[i]);
        }
        layer = Filters.Zoom(layer, fall.Zoom * image.Scale);
        for (var i = 0; i < size; i++)
        {
            layer.Values[i] = layer.Values[i] < fall.Least ? 0 : Math.Min(1, layer.Values[i]);
        }
        var angle = draws.Uniform(1, -135, -45)[0];
        layer = Filters.Motion(layer, fall.Radius * image.Scale, fall.Sigma * image.Scale, angle);
        for (var i = 0; i < size; i++)
        {
            var pale = (1.5f * image.Grey(i)) + 0.5f;
            // The flakes once as they fall, once turned by 180°.
            var flakes = layer.Values[i] + layer.Values[size - 1 - i];
            for (var c = 0; c < image.Channels; c++)
            {
                ref var value = ref image.Values[(c * size) + i];
                value = (fall.Kept * value) + ((1 - fall.Kept) * Math.Max(value, pale)) + flakes;
            }
        }
        return image;
    }
}
