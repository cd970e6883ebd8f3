namespace Temper.Runs;

/// <summary>A component the catalogue found.</summary>
/// <param name="Id">The id in recipes and on the command line.</param>
/// <param name="Title">One line on what it is.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Type">The class.</param>
/// <param name="Options">Its options record; null where it has none.</param>
public sealed record ComponentInfo(string Id, string Title, string Source, Type Type, Type? Options);
