using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Clouds of fog over the image, which loses contrast by them.</summary>
[Component(
    "fog",
    "clouds of fog, drawn by the diamond-square algorithm",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class Fog : Corruption
{
    private static readonly (float Amount, float Decay)[] Clouds =
    [
        (0.2f, 3),
        (0.5f, 3),
        (0.75f, 2.5f),
        (1, 2),
        (1.5f, 1.75f),
    ];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var (amount, decay) = Clouds[severity - 1];
        var side = Plasma.Side(image);
        var map = Plasma.Map(side, decay, draws);
        var brightest = image.Values.Max();
        var share = brightest / (brightest + amount);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                for (var c = 0; c < image.Channels; c++)
                {
                    ref var value = ref image.Plane(c)[(y * image.Width) + x];
                    value = (value + (amount * map[(y * side) + x])) * share;
                }
            }
        }
        return image;
    }
}
