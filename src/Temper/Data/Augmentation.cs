using Temper.Errors;
using Temper.Numerics;

namespace Temper.Data;

/// <summary>Random shifts and reflections of training images, anew in each epoch.</summary>
/// <remarks>
/// What happens to an image is a function of (seed, epoch, canonical index), so it does not depend on the batch it is in or on
/// where training was resumed. He et al. 2016, section 4.2: pad by 4 zeros, crop at random, mirror with probability one half.
/// </remarks>
/// <param name="Crop">The largest shift in pixels, each way in both directions; what comes in is 0.</param>
/// <param name="Flip">Whether half of the images are mirrored left to right.</param>
/// <param name="Rng">The stream.</param>
public sealed record Augmentation(int Crop, bool Flip, Rng Rng)
{
    private readonly Rng _cutoutRng = Rng.Fork("cutout");

    // One word each for mirroring, the shift across and the shift down.
    private const int Draws = 3;

    /// <summary>Gets the side of a square that is blackened in each image, its middle anywhere in it; 0 for none. DeVries and Taylor 2017.</summary>
    public int Cutout { get; init; }

    /// <summary>Changes a batch of images in place.</summary>
    /// <param name="values">Count × C × H × W values, row-major.</param>
    /// <param name="canonical">The canonical index of each image.</param>
    /// <param name="set">The set the images are from: its shape.</param>
    /// <param name="epoch">The epoch.</param>
    /// <exception cref="UsageException">The examples are rows of a table.</exception>
    public void Apply(Span<float> values, ReadOnlySpan<long> canonical, ExampleSet set, uint epoch)
    {
        if (set is not ImageSet)
        {
            throw new UsageException(
                $"data.augment: found changes of images for the rows of '{set.Name}', expected them for images alone."
            );
        }
        var draws = new float[canonical.Length * Draws];
        Rng.FillUniform(draws, canonical, 0, epoch);
        var image = new float[set.ValuesPerExample];
        for (var row = 0; row < canonical.Length; row++)
        {
            var mine = draws.AsSpan(row * Draws, Draws);
            var target = values.Slice(row * image.Length, image.Length);
            target.CopyTo(image);
            Move(image, target, set, Flip && mine[0] < 0.5f, Shift(mine[1]), Shift(mine[2]));
        }
        if (Cutout > 0)
        {
            Blacken(values, canonical, set, epoch);
        }
    }

    private void Blacken(Span<float> values, ReadOnlySpan<long> canonical, ExampleSet set, uint epoch)
    {
        // Draws of their own, so that shifts and reflections stay what they are without.
        var draws = new float[canonical.Length * 2];
        _cutoutRng.FillUniform(draws, canonical, 0, epoch);
        for (var row = 0; row < canonical.Length; row++)
        {
            var (left, right) = Ends(draws[row * 2], set.Width);
            var (top, bottom) = Ends(draws[(row * 2) + 1], set.Height);
            for (var line = 0; line < set.Channels * set.Height; line++)
            {
                if (line % set.Height >= top && line % set.Height < bottom)
                {
                    var start = (row * set.ValuesPerExample) + (line * set.Width);
                    values[(start + left)..(start + right)].Clear();
                }
            }
        }
    }

    private (int From, int To) Ends(float draw, int length)
    {
        var from = Math.Min((int)(draw * length), length - 1) - (Cutout / 2);
        return (Math.Max(0, from), Math.Min(length, from + Cutout));
    }

    private int Shift(float draw) => Math.Min((int)(draw * ((2 * Crop) + 1)), 2 * Crop) - Crop;

    private static void Move(float[] from, Span<float> to, ExampleSet set, bool mirror, int across, int down)
    {
        var (height, width) = (set.Height, set.Width);
        to.Clear();
        for (var line = 0; line < set.Channels * height; line++)
        {
            var y = (line % height) + down;
            if (y < 0 || y >= height)
            {
                continue;
            }
            var source = from.AsSpan((line - (line % height) + y) * width, width);
            var target = to.Slice(line * width, width);
            for (var x = Math.Max(0, -across); x < width && x + across < width; x++)
            {
                target[mirror ? width - 1 - x : x] = source[x + across];
            }
        }
    }
}
