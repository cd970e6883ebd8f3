namespace Temper.Data;

/// <summary>What is known about a split of a data set besides its examples.</summary>
/// <param name="Name">The data set's name.</param>
/// <param name="Split">The split: <c>train</c> or <c>test</c>.</param>
/// <param name="Channels">The number of channels of an example.</param>
/// <param name="Height">Its height.</param>
/// <param name="Width">Its width; tables have one channel, one row, and a value per column.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Sha256">What identifies the examples, see <see cref="ExampleSet.Sha256"/>.</param>
public sealed record DataCard(
    string Name,
    string Split,
    int Channels,
    int Height,
    int Width,
    int Classes,
    string Sha256
)
{
    /// <summary>Gets the names of the classes in the order of the labels; empty where they have none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Gets in what these examples differ from the data set as published, such as <c>JPEG-decoded</c>; null for nothing.</summary>
    public string? Variant { get; init; }

    /// <summary>Gets how raw files became examples and splits, in words; null where nothing was decided.</summary>
    public string? Rule { get; init; }

    /// <summary>Gets what an example is called, in the plural.</summary>
    public string Noun { get; init; } = "images";

    /// <summary>Gets how many of an example's values are levels of categories, 0 or 1 each; 0 for images.</summary>
    public int OneHot { get; init; }

    /// <summary>Gets the number of values of one example.</summary>
    public long Values => (long)Channels * Height * Width;
}
