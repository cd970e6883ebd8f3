using System.Text.RegularExpressions;
using Temper.Errors;

namespace Temper.Data;

/// <summary>Reads the user's own data once and keeps it under a name.</summary>
public static partial class DataImport
{
    /// <summary>Imports both splits.</summary>
    /// <param name="request">A folder of images or a table.</param>
    /// <param name="name">The name: lower-case letters, digits, '-', '_' and '.', not that of a known set.</param>
    /// <param name="dataDir">The folder of data sets; null for the user's own.</param>
    /// <returns>The folder of the set, and how many test examples are training examples too.</returns>
    /// <exception cref="UsageException">The name cannot be used.</exception>
    /// <exception cref="DataException">The data is missing or damaged.</exception>
    /// <exception cref="RunFailedException">The files cannot be written.</exception>
    public static (string Folder, ExampleSet Train, ExampleSet Test, int Overlap) Run(
        DataRequest request,
        string name,
        string? dataDir
    )
    {
        string[] taken = [.. Datasets.Names, DataRequest.ImageFolderName, DataRequest.TableName];
        if (!Allowed().IsMatch(name) || taken.Contains(name))
        {
            throw new UsageException(
                $"name: found '{Excerpt.Clean(name)}', expected lower-case letters, digits, '-', '_' and '.', and none of {string.Join(", ", taken)}."
            );
        }
        var train = Datasets.Open(request, "train", null);
        var test = Datasets.Open(request, "test", null);
        var folder = Path.Combine(dataDir ?? DataPlaces.Own, name);
        PackedSet.Write(folder, train, test);
        return (folder, train, test, Overlap.Count(test, train));
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}\\z")]
    private static partial Regex Allowed();
}
