namespace Temper.Data;

/// <summary>Where data sets are looked for, and where those fetched or imported are kept.</summary>
public static class DataPlaces
{
    /// <summary>The environment variable that names a folder of data sets.</summary>
    public const string Variable = "TEMPER_DATA";

    /// <summary>Gets the folder of the user's own data sets: the one <c>TEMPER_DATA</c> names, or else the user's cache.</summary>
    public static string Own =>
        Named
        ?? Path.Combine(
            Text("XDG_CACHE_HOME")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "temper",
            "data"
        );

    private static string? Named => Text(Variable);

    /// <summary>The folders that may hold a set, the first one first.</summary>
    /// <param name="name">The set's name.</param>
    /// <param name="dataDir">The one folder to look in, with the folder of the set's name in it; null for the usual places.</param>
    /// <returns>
    /// <paramref name="dataDir"/> alone where it is given. Else what <c>TEMPER_DATA</c> names, <c>data/NAME</c> beside the program,
    /// then of the current folder and every one above it, and the user's cache.
    /// </returns>
    public static IEnumerable<string> For(string name, string? dataDir)
    {
        if (dataDir is not null)
        {
            // A folder that was named and does not hold the set is an error, not a reason to take another copy.
            return [Path.Combine(dataDir, name), dataDir];
        }
        List<string> places = Named is { } named ? [Path.Combine(named, name), named] : [];
        places.Add(Path.Combine(AppContext.BaseDirectory, "data", name));
        for (var place = new DirectoryInfo(Directory.GetCurrentDirectory()); place is not null; place = place.Parent)
        {
            places.Add(Path.Combine(place.FullName, "data", name));
        }
        places.Add(Path.Combine(Own, name));
        return places.Distinct(StringComparer.Ordinal);
    }

    private static string? Text(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;
}
