using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>A dimmed image under ice. The published one lays photographs of ice over it; this one draws its ice.</summary>
[Component(
    "frost",
    "ice on the pane, drawn by a fractal",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class Frost : Corruption
{
    private static readonly (float Kept, float Ice)[] Panes =
    [
        (1, 0.2f),
        (1, 0.3f),
        (0.9f, 0.4f),
        (0.85f, 0.4f),
        (0.75f, 0.45f),
    ];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var (kept, ice) = Panes[severity - 1];
        var side = Plasma.Side(image);
        // Ridges of a rough cloud are the needles; a smooth one says where the ice is thick.
        var (needles, thickness) = (Plasma.Map(side, 1.5f, draws), Plasma.Map(side, 2, draws));
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var at = (y * side) + x;
                var ridge = 1 - Math.Abs((2 * needles[at]) - 1);
                var layer = ice * ((0.6f * ridge * ridge) + (0.4f * thickness[at]));
                for (var c = 0; c < image.Channels; c++)
                {
                    ref var value = ref image.Plane(c)[(y * image.Width) + x];
                    value = (kept * value) + layer;
                }
            }
        }
        return image;
    }
}
