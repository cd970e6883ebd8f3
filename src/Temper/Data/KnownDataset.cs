namespace Temper.Data;

/// <summary>A data set known by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Title">The name as prose writes it.</param>
/// <param name="Shape">Channels, height and width.</param>
/// <param name="ClassNames">The classes.</param>
/// <param name="Train">The ways the training split is kept, the published one first.</param>
/// <param name="Test">The ways the test split is kept, the published one first.</param>
/// <param name="Downloads">Where the published files come from.</param>
/// <param name="Terms">Source and licence.</param>
internal sealed record KnownDataset(
    string Name,
    string Title,
    (int Channels, int Height, int Width) Shape,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<KnownSplit> Train,
    IReadOnlyList<KnownSplit> Test,
    IReadOnlyList<KnownDownload> Downloads,
    string Terms
);
