using Temper.Errors;

namespace Temper.Runs;

/// <summary>The recipes that ship with the tool, and recipe files of the user.</summary>
/// <remarks>
/// Shipped recipes lie in <c>recipes/</c> beside the program, or else in the <c>recipes/</c> of the current directory or
/// the nearest one above it.
/// </remarks>
public static class RecipeSource
{
    private const string FolderName = "recipes";
    private const string Extension = ".yaml";

    /// <summary>Gets the names of the shipped recipes, in order; empty where none are found.</summary>
    public static IReadOnlyList<string> Names => NamesIn(Folder());

    /// <summary>Reads a recipe.</summary>
    /// <param name="nameOrPath">The name of a shipped recipe, or the path of a .yaml or .yml file.</param>
    /// <returns>The recipe, defaults filled in.</returns>
    /// <exception cref="UsageException">There is no shipped recipe of that name.</exception>
    /// <exception cref="ConfigException">The recipe cannot be read or is wrong.</exception>
    public static RunConfig Read(string nameOrPath) => ConfigReader.Read(PathOf(nameOrPath));

    /// <summary>The file of a recipe.</summary>
    /// <param name="nameOrPath">The name of a shipped recipe, or the path of a .yaml or .yml file.</param>
    /// <returns>The path; a path given is returned as it is, whether there is a file or not.</returns>
    /// <exception cref="UsageException">There is no shipped recipe of that name.</exception>
    public static string PathOf(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        if (
            nameOrPath.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
            || nameOrPath.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        )
        {
            return nameOrPath;
        }
        var folder = Folder();
        var names = NamesIn(folder);
        return names.Contains(nameOrPath)
            ? Path.Combine(folder!, nameOrPath + Extension)
            : throw new UsageException(
                $"recipe: found {Excerpt.Of(nameOrPath)}, expected the name of a shipped recipe or a path that ends in"
                    + $" .yaml{NearestName.Suggest(nameOrPath, names)}"
            );
    }

    /// <summary>The folder of the shipped recipes, or null.</summary>
    internal static string? Find(string programFolder, string currentFolder)
    {
        var beside = Path.Combine(programFolder, FolderName);
        if (NamesIn(beside).Count > 0)
        {
            return beside;
        }
        for (var folder = new DirectoryInfo(currentFolder); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, FolderName);
            if (NamesIn(candidate).Count > 0)
            {
                return candidate;
            }
        }
        return null;
    }

    private static string? Folder() => Find(AppContext.BaseDirectory, Environment.CurrentDirectory);

    private static List<string> NamesIn(string? folder)
    {
        try
        {
            return folder is null || !Directory.Exists(folder)
                ? []
                :
                [
                    .. Directory
                        .EnumerateFiles(folder, "*" + Extension)
                        .Select(file => Path.GetFileNameWithoutExtension(file))
                        .Order(StringComparer.Ordinal),
                ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed holds no shipped recipes; the search goes on above it.
            return [];
        }
    }
}
