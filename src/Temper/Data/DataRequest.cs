namespace Temper.Data;

/// <summary>Data as a user asks for it: a set known by name, a folder of images, or a table.</summary>
/// <param name="Name">
/// The name of a known or imported set, or <see cref="ImageFolderName"/> or <see cref="TableName"/> for the user's own files.
/// </param>
public sealed record DataRequest(string Name)
{
    /// <summary>The name that stands for a folder of images, one sub-folder per class.</summary>
    public const string ImageFolderName = "images";

    /// <summary>The name that stands for a table in a CSV file.</summary>
    public const string TableName = "csv";

    /// <summary>Gets the folder or file of the user's own data; relative to the data folder where one is given.</summary>
    public string? Path { get; init; }

    /// <summary>Gets the side that images are resized to, in pixels.</summary>
    public int Size { get; init; } = 32;

    /// <summary>Gets the number of channels of images: 1 or 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Gets how images of other shapes become squares.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>Gets the column of a table that holds the class.</summary>
    public string Label { get; init; } = "label";

    /// <summary>Gets columns of numbers that are names all the same, such as codes of regions.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Gets the share of examples kept for testing where the files do not say it themselves.</summary>
    public double TestFraction { get; init; } = 0.2;
}
