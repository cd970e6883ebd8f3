using Temper.Runs;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Rounding of cosine coefficients as JPEG does it: 8 × 8 blocks, the standard's tables, colours at half the resolution.</summary>
[Component(
    "jpeg",
    "JPEG compression",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
internal sealed class Jpeg : Corruption
{
    private const int Side = 8;
    private static readonly int[] Qualities = [80, 65, 58, 50, 40];

    /// <summary>ITU-T T.81, table K.1.</summary>
    private static readonly int[] Luminance =
    [
        16,
        11,
        10,
        16,
        24,
        40,
        51,
        61,
        12,
        12,
        14,
        19,
        26,
        58,
        60,
        55,
        14,
        13,
        16,
        24,
        40,
        57,
        69,
        56,
        14,
        17,
        22,
        29,
        51,
        87,
        80,
        62,
        18,
        22,
        37,
        56,
        68,
        109,
        103,
        77,
        24,
        35,
        55,
        64,
        81,
        104,
        113,
        92,
        49,
        64,
        78,
        87,
        103,
        121,
        120,
        101,
        72,
        92,
        95,
        98,
        112,
        100,
        103,
        99,
    ];

    /// <summary>ITU-T T.81, table K.2.</summary>
    private static readonly int[] Chrominance =
    [
        17,
        18,
        24,
        47,
        99,
        99,
        99,
        99,
        18,
        21,
        26,
        66,
        99,
        99,
        99,
        99,
        24,
        26,
        56,
        99,
        99,
        99,
        99,
        99,
        47,
        66,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
        99,
    ];

    /// <summary>The orthonormal cosines of eight places: row k holds the k-th.</summary>
    private static readonly float[] Cosines =
    [
        .. Enumerable
            .Range(0, Side * Side)
            .Select(i =>
                (float)(
                    Math.Sqrt((i / Side == 0 ? 1.0 : 2.0) / Side)
                    * Math.Cos(((2 * (i % Side)) + 1) * (i / Side) * Math.PI / (2 * Side))
                )
            ),
    ];

    internal override Picture Change(Picture image, int severity, Draws draws)
    {
        var quality = Qualities[severity - 1];
        var (fine, coarse) = (Scaled(Luminance, quality), Scaled(Chrominance, quality));
        foreach (ref var value in image.Values.AsSpan())
        {
            value = MathF.Round(Math.Clamp(value, 0, 1) * 255);
        }
        if (image.Channels == 3)
        {
            Colours(image, fine, coarse);
        }
        else
        {
            for (var c = 0; c < image.Channels; c++)
            {
                Round(image.Plane(c), image.Height, image.Width, fine);
            }
        }
        foreach (ref var value in image.Values.AsSpan())
        {
            value = MathF.Round(Math.Clamp(value, 0, 255)) / 255;
        }
        return image;
    }

    /// <summary>The table of a quality, by the rule of the Independent JPEG Group.</summary>
    private static int[] Scaled(int[] table, int quality)
    {
        var share = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        return [.. table.Select(q => Math.Clamp(((q * share) + 50) / 100, 1, 255))];
    }

    private static void Colours(Picture image, int[] fine, int[] coarse)
    {
        var red = image.Plane(0);
        var green = image.Plane(1);
        var blue = image.Plane(2);
        var (height, width) = ((image.Height + 1) / 2, (image.Width + 1) / 2);
        var small = new Picture(2, height, width);
        var (lightness, counts) = (new float[red.Length], new int[height * width]);
        for (var i = 0; i < red.Length; i++)
        {
            lightness[i] = (0.299f * red[i]) + (0.587f * green[i]) + (0.114f * blue[i]);
            var at = (i / image.Width / 2 * width) + (i % image.Width / 2);
            small.Plane(0)[at] += (blue[i] - lightness[i]) / 1.772f;
            small.Plane(1)[at] += (red[i] - lightness[i]) / 1.402f;
            counts[at]++;
        }
        for (var i = 0; i < small.Values.Length; i++)
        {
            small.Values[i] = (small.Values[i] / counts[i % counts.Length]) + 128;
        }
        Round(lightness, image.Height, image.Width, fine);
        Round(small.Plane(0), height, width, coarse);
        Round(small.Plane(1), height, width, coarse);
        for (var i = 0; i < red.Length; i++)
        {
            var at = (i / image.Width / 2 * width) + (i % image.Width / 2);
            var cb = small.Plane(0)[at] - 128;
            var cr = small.Plane(1)[at] - 128;
            red[i] = lightness[i] + (1.402f * cr);
            blue[i] = lightness[i] + (1.772f * cb);
            green[i] = (lightness[i] - (0.299f * red[i]) - (0.114f * blue[i])) / 0.587f;
        }
    }

    /// <summary>Rounds the coefficients of every block, in place; a block that reaches beyond the edge repeats the last pixel.</summary>
    private static void Round(Span<float> plane, int height, int width, int[] table)
    {
        Span<float> block = stackalloc float[Side * Side];
        Span<float> other = stackalloc float[Side * Side];
        for (var top = 0; top < height; top += Side)
        {
            for (var left = 0; left < width; left += Side)
            {
                for (var i = 0; i < block.Length; i++)
                {
                    var row = Math.Min(top + (i / Side), height - 1) * width;
                    block[i] = plane[row + Math.Min(left + (i % Side), width - 1)] - 128;
                }
                Multiply(block, other, inverse: false);
                for (var i = 0; i < block.Length; i++)
                {
                    block[i] = MathF.Round(block[i] / table[i]) * table[i];
                }
                Multiply(block, other, inverse: true);
                for (var i = 0; i < block.Length; i++)
                {
                    if (top + (i / Side) < height && left + (i % Side) < width)
                    {
                        plane[((top + (i / Side)) * width) + left + (i % Side)] = block[i] + 128;
                    }
                }
            }
        }
    }

    /// <summary>The cosine transform of a block along both axes, or back.</summary>
    private static void Multiply(Span<float> block, Span<float> other, bool inverse)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < Side; i++)
            {
                for (var k = 0; k < Side; k++)
                {
                    var sum = 0f;
                    for (var j = 0; j < Side; j++)
                    {
                        sum += block[(i * Side) + j] * Cosines[inverse ? (j * Side) + k : (k * Side) + j];
                    }
                    // Written transposed, so that the second pass takes the columns.
                    other[(k * Side) + i] = sum;
                }
            }
            other.CopyTo(block);
        }
    }
}
