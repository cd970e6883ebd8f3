using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Blur by a disk with soft edges.</summary>
[Component(
    "defocus-blur",
    "a lens out of focus: blur by a disk",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class DefocusBlur : Corruption
{
    private static readonly (float Radius, float Alias)[] Disks =
    [
        (0.3f, 0.4f),
        (0.4f, 0.5f),
        (0.5f, 0.6f),
        (1, 0.2f),
        (1.5f, 0.1f),
    ];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var (radius, alias) = (Disks[severity - 1].Radius * image.Scale, Disks[severity - 1].Alias * image.Scale);
        // As published: a softening of three taps, of five for disks beyond eight pixels.
        var soft = Filters.Taps(alias, radius <= 8 ? 1 : 2);
        var margin = soft.Length / 2;
        var half = (int)radius + margin;
        var side = (2 * half) + 1;
        var kernel = new float[side * side];
        for (var y = -half; y <= half; y++)
        {
            for (var x = -half; x <= half; x++)
            {
                if ((x * x) + (y * y) > radius * radius)
                {
                    continue;
                }
                for (var i = -margin; i <= margin; i++)
                {
                    for (var j = -margin; j <= margin; j++)
                    {
                        kernel[((y + i + half) * side) + x + j + half] += soft[margin + i] * soft[margin + j];
                    }
                }
            }
        }
        var sum = kernel.Sum();
        return Filters.Convolve(image, [.. kernel.Select(k => k / sum)], side);
    }
}
