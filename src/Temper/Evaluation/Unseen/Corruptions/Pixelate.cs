using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Shrunk by means over boxes, enlarged by repeating pixels.</summary>
[Component(
    "pixelate",
    "shrunk and enlarged again",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class Pixelate : Corruption
{
    private static readonly float[] Shares = [0.95f, 0.9f, 0.85f, 0.75f, 0.65f];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var (height, width) = ((int)(image.Height * Shares[severity - 1]), (int)(image.Width * Shares[severity - 1]));
        return Enlarge(Shrink(image, height, width), image.Height, image.Width);
    }

    private static Picture Shrink(Picture image, int height, int width)
    {
        var result = new Picture(image.Channels, height, width);
        for (var c = 0; c < image.Channels; c++)
        {
            var from = image.Plane(c);
            var to = result.Plane(c);
            for (var y = 0; y < height; y++)
            {
                var (top, bottom) = Box(y, image.Height, height);
                for (var x = 0; x < width; x++)
                {
                    var (left, right) = Box(x, image.Width, width);
                    var sum = 0f;
                    for (var i = top; i < bottom; i++)
                    {
                        for (var j = left; j < right; j++)
                        {
                            sum += from[(i * image.Width) + j];
                        }
                    }
                    to[(y * width) + x] = sum / ((bottom - top) * (right - left));
                }
            }
        }
        return result;
    }

    /// <summary>The whole pixels whose centres lie in the box of a smaller image's pixel.</summary>
    private static (int From, int To) Box(int place, int large, int small) =>
        ((int)((place * (double)large / small) + 0.5), (int)(((place + 1) * (double)large / small) + 0.5));

    private static Picture Enlarge(Picture image, int height, int width)
    {
        var result = new Picture(image.Channels, height, width);
        for (var c = 0; c < image.Channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                var row = (int)((y + 0.5) * image.Height / height) * image.Width;
                for (var x = 0; x < width; x++)
                {
                    result.Plane(c)[(y * width) + x] = image.Plane(c)[row + (int)((x + 0.5) * image.Width / width)];
                }
            }
        }
        return result;
    }
}
