using Temper.Errors;
using Temper.Serialization;

namespace Temper.Evaluation;

/// <summary>Examples to look at: <c>gallery.json</c>.</summary>
/// <param name="Channels">Channels of each image.</param>
/// <param name="Height">Rows of each image.</param>
/// <param name="Width">Columns of each image.</param>
/// <param name="Items">The examples, in the order they are shown.</param>
public sealed record Gallery(int Channels, int Height, int Width, IReadOnlyList<GalleryItem> Items)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "gallery.json";

    private const int LargestSide = 4096;

    /// <summary>Reads a gallery strictly.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file is missing, is not such JSON, or an image has another size.</exception>
    public static Gallery Read(string path)
    {
        var gallery = JsonText.Read<Gallery>(path);
        return gallery.Problem() is { } problem ? throw new DataException($"{path}: {problem}") : gallery;
    }

    /// <summary>Writes the gallery, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="DataException">An image has another size or holds values that are not finite.</exception>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public void Write(string path)
    {
        if (Problem() is { } problem)
        {
            throw new DataException($"{path}: {problem}");
        }
        AtomicFile.WriteText(path, JsonText.Write(this));
    }

    private string? Problem()
    {
        if (Channels is < 1 or > 64 || Height is < 1 or > LargestSide || Width is < 1 or > LargestSide)
        {
            return $"found images of {Channels}×{Height}×{Width}, expected 1 to 64 channels and sides up to {LargestSide}.";
        }
        var values = Channels * Height * Width;
        foreach (var item in Items)
        {
            foreach (var image in (ReadOnlySpan<float[]>)[item.Clean, item.Adversarial])
            {
                if (image.Length != values)
                {
                    return $"example {item.Index}: found {image.Length} values, expected {values} ({Channels}×{Height}×{Width}).";
                }
                if (!Array.TrueForAll(image, float.IsFinite))
                {
                    return $"example {item.Index}: found a value that is not finite.";
                }
            }
        }
        return null;
    }
}
