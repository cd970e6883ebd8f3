using MathNet.Numerics.Distributions;
using Temper.Errors;
using Temper.Numerics;

namespace Temper.Data;

/// <summary>Mixes every training image with another one, anew in each epoch; the labels are mixed in the same shares.</summary>
/// <remarks>
/// Mixup: Zhang et al. 2018. CutMix: Yun et al. 2019, λ counted from the rectangle as the image's border leaves it. λ is drawn from
/// Beta(α, α) for each image, and its larger side belongs to the image itself, so that the label that inner searches go by is the one
/// with the larger share. The other image is drawn from all training examples: what happens is a function of (seed, epoch, canonical
/// index), as with <see cref="Augmentation"/>.
/// </remarks>
/// <param name="Kind">How images are mixed.</param>
/// <param name="Alpha">The parameter α, above 0; 1 draws λ evenly.</param>
/// <param name="Rng">The stream.</param>
public sealed record ImageMixing(MixKind Kind, double Alpha, Rng Rng)
{
    // One word each for the other image, λ, and where a rectangle lies across and down.
    private const int Draws = 4;

    /// <summary>What is drawn for each image.</summary>
    /// <param name="canonical">The canonical indices.</param>
    /// <param name="count">The number of examples to draw the others from.</param>
    /// <param name="epoch">The epoch.</param>
    /// <returns>The place of the other example, λ from one half to 1, and two uniform numbers for where a rectangle lies.</returns>
    internal (int Other, double Share, float Across, float Down)[] Draw(long[] canonical, int count, uint epoch)
    {
        var draws = new float[canonical.Length * Draws];
        Rng.FillUniform(draws, canonical, 0, epoch);
        return
        [
            .. canonical.Select(
                (_, row) =>
                {
                    var mine = draws.AsSpan(row * Draws, Draws);
                    var share = Beta.InvCDF(Alpha, Alpha, mine[1]);
                    return (
                        Math.Min((int)(mine[0] * (double)count), count - 1),
                        Math.Max(share, 1 - share),
                        mine[2],
                        mine[3]
                    );
                }
            ),
        ];
    }

    /// <summary>Mixes an image into another in place.</summary>
    /// <param name="image">C × H × W values, overwritten.</param>
    /// <param name="other">As many.</param>
    /// <param name="set">The set the images are from: its shape.</param>
    /// <param name="draw">What was drawn.</param>
    /// <returns>The share that the image itself has left.</returns>
    /// <exception cref="UsageException">The examples are rows of a table.</exception>
    internal float Mix(
        Span<float> image,
        ReadOnlySpan<float> other,
        ExampleSet set,
        (int Other, double Share, float Across, float Down) draw
    )
    {
        if (set is not ImageSet)
        {
            throw new UsageException(
                $"data.augment: found a mixture for the rows of '{set.Name}', expected one for images alone."
            );
        }
        if (Kind == MixKind.CutMix)
        {
            return Paste(image, other, set, draw);
        }
        var share = (float)draw.Share;
        for (var i = 0; i < image.Length; i++)
        {
            image[i] = (share * image[i]) + ((1 - share) * other[i]);
        }
        return share;
    }

    private static float Paste(
        Span<float> image,
        ReadOnlySpan<float> other,
        ExampleSet set,
        (int Other, double Share, float Across, float Down) draw
    )
    {
        var side = Math.Sqrt(1 - draw.Share);
        var (left, right) = Ends(draw.Across, side, set.Width);
        var (top, bottom) = Ends(draw.Down, side, set.Height);
        for (var c = 0; c < set.Channels; c++)
        {
            for (var y = top; y < bottom; y++)
            {
                var at = (((c * set.Height) + y) * set.Width) + left;
                other.Slice(at, right - left).CopyTo(image[at..]);
            }
        }
        return 1 - ((float)((right - left) * (bottom - top)) / (set.Height * set.Width));
    }

    private static (int From, int To) Ends(float draw, double share, int length)
    {
        var middle = Math.Min((int)(draw * length), length - 1);
        var half = (int)(length * share) / 2;
        return (Math.Max(0, middle - half), Math.Min(length, middle + half));
    }
}
