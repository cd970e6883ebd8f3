using Temper.Data;

namespace Temper.Slow.Tests;

/// <summary>Small data sets out of a large one.</summary>
internal static class Parts
{
    /// <summary>Some images as a split of a set of another name.</summary>
    public static ImageSet Of(ImageSet all, string name, string split, int from, int count)
    {
        var size = all.ValuesPerExample;
        var pixels = all.Pixels[(from * size)..((from + count) * size)];
        int[] labels = [.. all.Labels.Skip(from).Take(count)];
        return new(
            all.Card with
            {
                Name = name,
                Split = split,
                Sha256 = ContentHash.Of(pixels, labels),
            },
            pixels,
            labels
        );
    }
}
