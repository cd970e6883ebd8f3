namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>One image in plain memory: channel by channel, row by row, values from 0 to 1.</summary>
internal sealed class Picture(int channels, int height, int width)
{
    /// <summary>The side of the images that the published parameters are for.</summary>
    private const float PublishedSide = 32;

    public int Channels => channels;

    public int Height => height;

    public int Width => width;

    public float[] Values { get; } = new float[channels * height * width];

    /// <summary>
    /// How many times longer lengths in pixels are than published. Not below 1: radii of half a pixel would do nothing at all.
    /// </summary>
    public float Scale => Math.Max(1, Math.Min(height, width) / PublishedSide);

    public Span<float> Plane(int channel) => Values.AsSpan(channel * height * width, height * width);

    /// <summary>A black image of the same shape, or with another number of channels.</summary>
    public Picture Blank(int? planes = null) => new(planes ?? channels, height, width);

    /// <summary>The value at a place in a row or column that is continued by its mirror image: c b a | a b c.</summary>
    public static int Mirror(int place, int count)
    {
        if ((uint)place < (uint)count)
        {
            return place;
        }
        var period = 2 * count;
        var at = ((place % period) + period) % period;
        return at < count ? at : period - 1 - at;
    }

    /// <summary>The value between pixels, by bilinear interpolation; beyond the edge the image is mirrored.</summary>
    public float Between(ReadOnlySpan<float> plane, float y, float x)
    {
        var (top, left) = (MathF.Floor(y), MathF.Floor(x));
        var (down, right) = (y - top, x - left);
        var (y0, y1) = (Mirror((int)top, height) * width, Mirror((int)top + 1, height) * width);
        var (x0, x1) = (Mirror((int)left, width), Mirror((int)left + 1, width));
        var above = plane[y0 + x0] + (right * (plane[y0 + x1] - plane[y0 + x0]));
        var below = plane[y1 + x0] + (right * (plane[y1 + x1] - plane[y1 + x0]));
        return above + (down * (below - above));
    }

    /// <summary>Brightness of a pixel: of three channels as ITU-R BT.601 weights them, else their mean.</summary>
    public float Grey(int pixel)
    {
        var size = height * width;
        if (channels == 3)
        {
            return (0.299f * Values[pixel]) + (0.587f * Values[size + pixel]) + (0.114f * Values[(2 * size) + pixel]);
        }
        var sum = 0f;
        for (var c = 0; c < channels; c++)
        {
            sum += Values[(c * size) + pixel];
        }
        return sum / channels;
    }
}
