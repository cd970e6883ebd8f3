using Temper.Errors;

namespace Temper.Data;

/// <summary>What data there is on this machine.</summary>
public static class DataCatalogue
{
    /// <summary>Loads every split of every known and imported set, and says how that went.</summary>
    /// <param name="dataDir">The folder to look in; null for the usual places.</param>
    /// <param name="only">The name of one set; null for all.</param>
    /// <returns>Name, split, and the set or the reason why it cannot be loaded.</returns>
    public static IEnumerable<(string Name, string Split, ExampleSet? Set, string? Problem)> Verify(
        string? dataDir,
        string? only = null
    )
    {
        foreach (var name in only is null ? Names(dataDir) : [only])
        {
            foreach (var split in (string[])["train", "test"])
            {
                ExampleSet? set = null;
                string? problem = null;
                try
                {
                    set = Datasets.Load(name, split, dataDir);
                }
                catch (DataException e)
                {
                    problem = e.Message;
                }
                yield return (name, split, set, problem);
            }
        }
    }

    /// <summary>The names of known sets, then those of imported ones.</summary>
    /// <param name="dataDir">The folder to look in; null for the user's own.</param>
    public static IReadOnlyList<string> Names(string? dataDir)
    {
        var own = dataDir ?? DataPlaces.Own;
        try
        {
            string[] folders = Directory.Exists(own) ? Directory.GetDirectories(own) : [];
            var imported = folders.Where(d => PackedSet.Find([d]) is not null).Select(d => Path.GetFileName(d));
            return [.. Datasets.Names, .. imported.Except(Datasets.Names).Order(StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DataException($"{own}: cannot be listed ({e.Message}).", e);
        }
    }

    /// <summary>The title and terms of a known set.</summary>
    /// <param name="name">A name of <see cref="Datasets.Names"/>.</param>
    public static (string Title, string Terms) About(string name) =>
        KnownDatasets.All.First(d => d.Name == name) is var known ? (known.Title, known.Terms) : default;
}
