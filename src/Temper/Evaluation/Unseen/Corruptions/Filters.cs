namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Blurs and zooms. Edges are mirrored, so that symmetric kernels keep the sum of an image.</summary>
internal static class Filters
{
    /// <summary>A Gaussian blur, cut off at so many standard deviations.</summary>
    public static Picture Gaussian(Picture image, float sigma, float truncate = 4)
    {
        var taps = Taps(sigma, (int)((truncate * sigma) + 0.5f));
        return taps.Length == 1 ? image : Separable(image, taps);
    }

    /// <summary>The normalised values of a Gaussian at −half … half.</summary>
    public static float[] Taps(float sigma, int half)
    {
        if (half == 0 || sigma <= 0)
        {
            return [1];
        }
        var taps = new float[(2 * half) + 1];
        for (var i = -half; i <= half; i++)
        {
            taps[half + i] = MathF.Exp(-i * i / (2 * sigma * sigma));
        }
        var sum = taps.Sum();
        return [.. taps.Select(t => t / sum)];
    }

    /// <summary>Weighs neighbours by a square kernel of odd side.</summary>
    public static Picture Convolve(Picture image, float[] kernel, int side)
    {
        var result = image.Blank();
        var half = side / 2;
        for (var c = 0; c < image.Channels; c++)
        {
            var from = image.Plane(c);
            var to = result.Plane(c);
            for (var y = 0; y < image.Height; y++)
            {
                for (var x = 0; x < image.Width; x++)
                {
                    var sum = 0f;
                    for (var i = 0; i < side; i++)
                    {
                        var row = Picture.Mirror(y + i - half, image.Height) * image.Width;
                        for (var j = 0; j < side; j++)
                        {
                            var weight = kernel[(i * side) + j];
                            sum += weight == 0 ? 0 : weight * from[row + Picture.Mirror(x + j - half, image.Width)];
                        }
                    }
                    to[(y * image.Width) + x] = sum;
                }
            }
        }
        return result;
    }

    /// <summary>Enlarges the middle of an image, of the same size, by bilinear interpolation.</summary>
    public static Picture Zoom(Picture image, float factor)
    {
        var result = image.Blank();
        var (rows, columns) = (Sources(image.Height, factor), Sources(image.Width, factor));
        for (var c = 0; c < image.Channels; c++)
        {
            var from = image.Plane(c);
            var to = result.Plane(c);
            for (var y = 0; y < image.Height; y++)
            {
                var (top, down) = rows[y];
                var above = from.Slice(top * image.Width, image.Width);
                var below = from.Slice(Math.Min(top + 1, image.Height - 1) * image.Width, image.Width);
                for (var x = 0; x < image.Width; x++)
                {
                    var (left, right) = columns[x];
                    var next = Math.Min(left + 1, image.Width - 1);
                    var upper = above[left] + (right * (above[next] - above[left]));
                    var lower = below[left] + (right * (below[next] - below[left]));
                    to[(y * image.Width) + x] = upper + (down * (lower - upper));
                }
            }
        }
        return result;
    }

    /// <summary>For each place of an enlarged row: the pixel it lies behind, and how far.</summary>
    private static (int Pixel, float Beyond)[] Sources(int count, float factor)
    {
        var middle = (count - 1) / 2f;
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => Math.Max(0, ((i - middle) / factor) + middle))
                .Select(at => ((int)at, at - (int)at)),
        ];
    }

    /// <summary>
    /// A blur in one direction: the pixel and those after it, weighted by half a Gaussian. The last pixel before an edge goes on
    /// beyond it.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="radius">The kernel has 2 · radius + 1 pixels.</param>
    /// <param name="sigma">The Gaussian's standard deviation, in pixels.</param>
    /// <param name="degrees">The direction.</param>
    public static Picture Motion(Picture image, float radius, float sigma, float degrees)
    {
        var length = (2 * (int)MathF.Ceiling(radius)) + 1;
        var weights = new float[length];
        var (dy, dx) = (new int[length], new int[length]);
        var (sine, cosine) = MathF.SinCos(degrees * MathF.PI / 180);
        for (var i = 0; i < length; i++)
        {
            weights[i] = MathF.Exp(-i * i / (2 * sigma * sigma));
            dy[i] = (int)MathF.Ceiling((i * sine) - 0.5f);
            dx[i] = (int)MathF.Ceiling((i * cosine) - 0.5f);
        }
        var sum = weights.Sum();
        var result = image.Blank();
        for (var c = 0; c < image.Channels; c++)
        {
            var from = image.Plane(c);
            var to = result.Plane(c);
            for (var y = 0; y < image.Height; y++)
            {
                for (var x = 0; x < image.Width; x++)
                {
                    var value = 0f;
                    for (var i = 0; i < length; i++)
                    {
                        var row = Math.Clamp(y + dy[i], 0, image.Height - 1) * image.Width;
                        value += weights[i] * from[row + Math.Clamp(x + dx[i], 0, image.Width - 1)];
                    }
                    to[(y * image.Width) + x] = value / sum;
                }
            }
        }
        return result;
    }

    private static Picture Separable(Picture image, float[] taps)
    {
        var (middle, result) = (image.Blank(), image.Blank());
        var (half, width) = (taps.Length / 2, image.Width);
        for (var c = 0; c < image.Channels; c++)
        {
            var from = image.Plane(c);
            var between = middle.Plane(c);
            var to = result.Plane(c);
            for (var y = 0; y < image.Height; y++)
            {
                for (var i = -half; i <= half; i++)
                {
                    var row = Picture.Mirror(y + i, image.Height) * width;
                    for (var x = 0; x < width; x++)
                    {
                        between[(y * width) + x] += taps[half + i] * from[row + x];
                    }
                }
            }
            for (var y = 0; y < image.Height; y++)
            {
                for (var i = -half; i <= half; i++)
                {
                    for (var x = 0; x < width; x++)
                    {
                        to[(y * width) + x] += taps[half + i] * between[(y * width) + Picture.Mirror(x + i, width)];
                    }
                }
            }
        }
        return result;
    }
}
