namespace Temper.Data.Readers;

/// <summary>Scales images with a triangle filter that is widened when an image shrinks, so that fine patterns do not alias.</summary>
/// <remarks>The filter of PIL's <c>BILINEAR</c>: horizontal first, then vertical, each rounded to a byte.</remarks>
internal static class PictureScaler
{
    /// <summary>Makes a square image.</summary>
    /// <param name="picture">The image.</param>
    /// <param name="size">The side of the result.</param>
    /// <param name="fit">What happens to other shapes.</param>
    /// <returns>An image of size × size.</returns>
    public static Picture Square(Picture picture, int size, ImageFit fit)
    {
        var (width, height) = fit switch
        {
            ImageFit.Stretch => (size, size),
            ImageFit.Cover => Sides(picture, size, Math.Min(picture.Width, picture.Height)),
            _ => Sides(picture, size, Math.Max(picture.Width, picture.Height)),
        };
        return Place(Vertical(Horizontal(picture, width), height), size);
    }

    private static (int Width, int Height) Sides(Picture picture, int size, int side) =>
        (Scaled(picture.Width, size, side), Scaled(picture.Height, size, side));

    private static int Scaled(int length, int size, int side) =>
        Math.Max(1, (int)Math.Round((double)length * size / side, MidpointRounding.AwayFromZero));

    private static Picture Horizontal(Picture picture, int width)
    {
        if (picture.Width == width)
        {
            return picture;
        }
        var (height, channels) = (picture.Height, picture.Channels);
        var result = new byte[width * height * channels];
        for (var x = 0; x < width; x++)
        {
            var (first, weights) = Weights(picture.Width, width, x);
            for (var y = 0; y < height; y++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var sum = 0.0;
                    for (var k = 0; k < weights.Length; k++)
                    {
                        sum += weights[k] * picture.Values[(((y * picture.Width) + first + k) * channels) + c];
                    }
                    result[(((y * width) + x) * channels) + c] = Byte(sum);
                }
            }
        }
        return new(width, height, channels, result);
    }

    private static Picture Vertical(Picture picture, int height)
    {
        if (picture.Height == height)
        {
            return picture;
        }
        var row = picture.Width * picture.Channels;
        var result = new byte[row * height];
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = Weights(picture.Height, height, y);
            for (var i = 0; i < row; i++)
            {
                var sum = 0.0;
                for (var k = 0; k < weights.Length; k++)
                {
                    sum += weights[k] * picture.Values[((first + k) * row) + i];
                }
                result[(y * row) + i] = Byte(sum);
            }
        }
        return new(picture.Width, height, picture.Channels, result);
    }

    /// <summary>The source samples that make one target sample, and their weights, which sum to one.</summary>
    private static (int First, double[] Weights) Weights(int from, int to, int at)
    {
        var scale = (double)from / to;
        var reach = Math.Max(scale, 1);
        var centre = (at + 0.5) * scale;
        var first = Math.Max(0, (int)(centre - reach + 0.5));
        var last = Math.Min(from, (int)(centre + reach + 0.5));
        var weights = new double[last - first];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Max(0, 1 - Math.Abs((first + i + 0.5 - centre) / reach));
        }
        var sum = weights.Sum();
        return (first, [.. weights.Select(w => w / sum)]);
    }

    /// <summary>The middle of a larger image; a smaller one in the middle of black.</summary>
    private static Picture Place(Picture picture, int size)
    {
        if (picture.Width == size && picture.Height == size)
        {
            return picture;
        }
        var channels = picture.Channels;
        var result = new byte[size * size * channels];
        var (left, top) = ((picture.Width - size) / 2, (picture.Height - size) / 2);
        for (var y = Math.Max(0, -top); y < size && y + top < picture.Height; y++)
        {
            var x = Math.Max(0, -left);
            var count = Math.Min(size - x, picture.Width - (x + left));
            Array.Copy(
                picture.Values,
                (((y + top) * picture.Width) + x + left) * channels,
                result,
                ((y * size) + x) * channels,
                count * channels
            );
        }
        return new(size, size, channels, result);
    }

    private static byte Byte(double value) =>
        (byte)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), 0, 255);
}
