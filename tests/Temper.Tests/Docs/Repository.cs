namespace Temper.Tests.Docs;

/// <summary>The files of the repository that this test was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>All pages for readers, as paths relative to the root.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [.. Directory.GetFiles(Root, "*.md").Concat(Under("docs", "*.md")).Concat(Under("data", "*.md")).Select(Relative)];

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The text of every source file that is compiled.</summary>
    public static IEnumerable<string> Sources() =>
        ((string[])["src", "samples", "tests"])
            .SelectMany(folder => Under(folder, "*.cs"))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts"))
            .Select(File.ReadAllText);

    private static string[] Under(string folder, string pattern) =>
        Directory.GetFiles(PathOf(folder), pattern, SearchOption.AllDirectories);

    private static string Relative(string path) => Path.GetRelativePath(Root, path);

    private static string Find()
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "Temper.slnx")))
            {
                return place.FullName;
            }
        }
        throw new InvalidOperationException($"No Temper.slnx above {AppContext.BaseDirectory}.");
    }
}
