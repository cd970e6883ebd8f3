using Temper.Errors;

namespace Temper.Data;

/// <summary>A split of a data set, resident as bytes. The place of an image in it is its canonical index.</summary>
public sealed class ImageSet
{
    /// <summary>Creates a set.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="split">The split: <c>train</c> or <c>test</c>.</param>
    /// <param name="pixels">Count × channels × height × width bytes, row-major.</param>
    /// <param name="labels">One label per image.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="height">The height.</param>
    /// <param name="width">The width.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="sha256">What identifies the data, see <see cref="Sha256"/>.</param>
    /// <exception cref="DataException">A dimension is impossible, lengths disagree, or a label is out of range.</exception>
    public ImageSet(
        string name,
        string split,
        byte[] pixels,
        byte[] labels,
        int channels,
        int height,
        int width,
        int classes,
        string sha256
    )
    {
        if (channels < 1 || height < 1 || width < 1 || classes is < 1 or > 256 || labels.Length == 0)
        {
            throw new DataException(
                $"{name}/{split}: found {labels.Length} images of {channels} × {height} × {width} in {classes} classes, expected at least one image, sides from 1 and 1 to 256 classes."
            );
        }
        if ((Int128)labels.Length * channels * height * width != pixels.Length)
        {
            throw new DataException(
                $"{name}/{split}: found {pixels.Length} pixels and {labels.Length} labels, expected {channels} × {height} × {width} pixels for each label."
            );
        }
        var wrong = Array.FindIndex(labels, l => l >= classes);
        if (wrong >= 0)
        {
            throw new DataException(
                $"{name}/{split}: example {wrong} has label {labels[wrong]}, expected 0 to {classes - 1}."
            );
        }
        (Name, Split, Pixels, Labels) = (name, split, pixels, labels);
        (Channels, Height, Width, Classes, Sha256) = (channels, height, width, classes, sha256);
    }

    /// <summary>Gets the data set's name.</summary>
    public string Name { get; }

    /// <summary>Gets the split.</summary>
    public string Split { get; }

    /// <summary>Gets all pixels, 0 to 255: Count × Channels × Height × Width, row-major. Not a copy; do not change it.</summary>
    public byte[] Pixels { get; }

    /// <summary>Gets the labels, one per image, 0 to Classes − 1. Not a copy; do not change it.</summary>
    public byte[] Labels { get; }

    /// <summary>Gets the number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Gets the number of channels.</summary>
    public int Channels { get; }

    /// <summary>Gets the height.</summary>
    public int Height { get; }

    /// <summary>Gets the width.</summary>
    public int Width { get; }

    /// <summary>Gets the number of classes.</summary>
    public int Classes { get; }

    /// <summary>Gets the number of values of one image.</summary>
    public int PixelsPerImage => Channels * Height * Width;

    /// <summary>
    /// Gets the SHA-256, lower-case hexadecimal, of the pixels followed by the labels: the same images have the same hash,
    /// however they were packed.
    /// </summary>
    /// <remarks>A set that was made in memory has what its maker gave it.</remarks>
    public string Sha256 { get; }

    /// <summary>One image: Channels × Height × Width bytes, a view into <see cref="Pixels"/>.</summary>
    /// <param name="index">Its canonical index, 0 to Count − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * PixelsPerImage, PixelsPerImage);
}
