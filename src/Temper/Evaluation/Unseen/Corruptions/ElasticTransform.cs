using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>A random affine map, then smooth random displacements.</summary>
[Component(
    "elastic-transform",
    "a skewed and wavy image",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class ElasticTransform : Corruption
{
    /// <summary>Displacement, its smoothness and the shift of the affine map, in shares of the side.</summary>
    private static readonly (float Amount, float Smooth, float Shift)[] Waves =
    [
        (0, 0, 0.08f),
        (0.05f, 0.2f, 0.07f),
        (0.08f, 0.06f, 0.06f),
        (0.1f, 0.04f, 0.05f),
        (0.1f, 0.03f, 0.03f),
    ];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var wave = Waves[severity - 1];
        var side = Math.Min(image.Height, image.Width);
        var skewed = Skew(image, draws.Uniform(6, -1, 1), wave.Shift * side);
        var shifts = new Picture(2, image.Height, image.Width);
        draws.Uniform(shifts.Values.Length, -1, 1).CopyTo(shifts.Values, 0);
        if (wave.Amount == 0)
        {
            return skewed;
        }
        shifts = Filters.Gaussian(shifts, wave.Smooth * side, 3);
        return Pull(
            skewed,
            (y, x) =>
            {
                var at = (y * image.Width) + x;
                return (y + (wave.Amount * side * shifts.Plane(0)[at]), x + (wave.Amount * side * shifts.Plane(1)[at]));
            }
        );
    }

    /// <summary>The affine map that moves three points around the middle by these shifts.</summary>
    private static Picture Skew(Picture image, float[] shifts, float size)
    {
        var third = Math.Min(image.Height, image.Width) / 3;
        var (middleX, middleY) = (image.Width / 2, image.Height / 2);
        (float X, float Y)[] at =
        [
            (middleX + third, middleY + third),
            (middleX + third, middleY - third),
            (middleX - third, middleY - third),
        ];
        (float X, float Y)[] to =
        [
            .. at.Select((p, i) => (p.X + (size * shifts[2 * i]), p.Y + (size * shifts[(2 * i) + 1]))),
        ];
        // A pixel of the result is written as to[0] + u · (to[1] − to[0]) + v · (to[2] − to[1]); it shows what was at the same u, v.
        var (uX, uY) = (to[1].X - to[0].X, to[1].Y - to[0].Y);
        var (vX, vY) = (to[2].X - to[1].X, to[2].Y - to[1].Y);
        var area = (uX * vY) - (uY * vX);
        return Pull(
            image,
            (y, x) =>
            {
                var (dx, dy) = (x - to[0].X, y - to[0].Y);
                var (u, v) = (((dx * vY) - (dy * vX)) / area, ((uX * dy) - (uY * dx)) / area);
                return (
                    at[0].Y + (u * (at[1].Y - at[0].Y)) + (v * (at[2].Y - at[1].Y)),
                    at[0].X + (u * (at[1].X - at[0].X)) + (v * (at[2].X - at[1].X))
                );
            }
        );
    }

    /// <summary>Each pixel of the result shows a place of the image.</summary>
    private static Picture Pull(Picture image, Func<int, int, (float Y, float X)> place)
    {
        var result = image.Blank();
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var (fromY, fromX) = place(y, x);
                for (var c = 0; c < image.Channels; c++)
                {
                    result.Plane(c)[(y * image.Width) + x] = image.Between(image.Plane(c), fromY, fromX);
                }
            }
        }
        return result;
    }
}
