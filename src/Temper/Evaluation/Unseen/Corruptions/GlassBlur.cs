using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Each pixel shows a near one, between two slight blurs.</summary>
[Component(
    "glass-blur",
    "frosted glass: each pixel shows a near one",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class GlassBlur : Corruption
{
    private static readonly (float Sigma, int Delta, int Rounds)[] Panes =
    [
        (0.05f, 1, 1),
        (0.25f, 1, 1),
        (0.4f, 1, 1),
        (0.25f, 1, 2),
        (0.4f, 1, 2),
    ];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var (sigma, near, rounds) = Panes[severity - 1];
        var delta = (int)MathF.Round(near * image.Scale);
        var blurred = Filters.Gaussian(image, sigma * image.Scale);
        for (var round = 0; round < rounds; round++)
        {
            var steps = draws.Uniform(2 * image.Height * image.Width, -delta, delta);
            for (var y = image.Height - delta; y > delta; y--)
            {
                for (var x = image.Width - delta; x > delta; x--)
                {
                    var at = (y * image.Width) + x;
                    // From −delta to delta − 1, as published. There the exchange of two pixels of colour ends as a copy, too.
                    var (dy, dx) = (Step(steps[2 * at], delta), Step(steps[(2 * at) + 1], delta));
                    Copy(blurred, at + (dy * image.Width) + dx, at);
                }
            }
        }
        return Filters.Gaussian(blurred, sigma * image.Scale);
    }

    private static int Step(float uniform, int delta) => Math.Min((int)MathF.Floor(uniform), delta - 1);

    private static void Copy(Picture image, int from, int to)
    {
        for (var c = 0; c < image.Channels; c++)
        {
            var plane = image.Plane(c);
            plane[to] = plane[from];
        }
    }
}
