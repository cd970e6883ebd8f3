using Temper.Data.Readers;
using Temper.Errors;

namespace Temper.Data;

/// <summary>Loads data sets: those known by name, each file checked against its SHA-256 however it was packed, and the user's own.</summary>
public static class Datasets
{
    /// <summary>Gets the names of the known sets.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. KnownDatasets.All.Select(d => d.Name)];

    /// <summary>Loads a split of a known or imported set, whole, into memory.</summary>
    /// <param name="name">The data set's name, one of <see cref="Names"/> or that of an imported set.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="dataDir">The folder to look in, see <see cref="DataPlaces.For"/>; null for the usual places.</param>
    /// <exception cref="UsageException">The name or split is unknown.</exception>
    /// <exception cref="DataException">A file is missing, damaged, or has another hash.</exception>
    public static ExampleSet Load(string name, string split, string? dataDir = null) =>
        Open(new DataRequest(name), split, dataDir);

    /// <summary>Loads a split of whatever a user asks for, whole, into memory.</summary>
    /// <param name="request">The data.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="dataDir">The folder to look in; null for the usual places.</param>
    /// <exception cref="UsageException">The name or split is unknown, or own data has no path.</exception>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static ExampleSet Open(DataRequest request, string split, string? dataDir) =>
        LoadFrom(request, split, dataDir, name => DataPlaces.For(name, dataDir));

    /// <summary>Loads a split from given places, first one first; <paramref name="places"/> is asked for a name.</summary>
    internal static ExampleSet LoadFrom(
        DataRequest request,
        string split,
        string? dataDir,
        Func<string, IEnumerable<string>> places
    )
    {
        if (split is not ("train" or "test"))
        {
            throw new UsageException(
                $"unknown split '{split}' of data set '{request.Name}'; expected train or test (validation examples are set apart from train)."
            );
        }
        if (request.Name is DataRequest.ImageFolderName)
        {
            return ImageFolder.Read(Own(request, dataDir), split, request);
        }
        if (request.Name is DataRequest.TableName)
        {
            return TableReader.Read(Own(request, dataDir), split, request);
        }
        if (KnownDatasets.All.FirstOrDefault(d => d.Name == request.Name) is { } known)
        {
            return KnownLoader.Load(known, split, places(known.Name));
        }
        return PackedSet.Find(places(request.Name)) is { } folder
            ? PackedSet.Load(folder, split)
            : throw new UsageException(
                $"unknown data set '{request.Name}'{NearestName.Suggest(request.Name, [.. Names, DataRequest.ImageFolderName, DataRequest.TableName])}. Sets of your own: 'temper data import'."
            );
    }

    private static string Own(DataRequest request, string? dataDir) =>
        request.Path is { Length: > 0 } path
            ? Path.Combine(dataDir ?? "", path)
            : throw new UsageException(
                $"data '{request.Name}' needs data.path, the {(request.Name == DataRequest.TableName ? "CSV file" : "folder with a sub-folder per class")}."
            );
}
