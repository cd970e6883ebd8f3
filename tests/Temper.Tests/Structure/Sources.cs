using System.Text.RegularExpressions;

namespace Temper.Tests.Structure;

/// <summary>The source files of this repository, found above the folder the tests run in.</summary>
internal static partial class Sources
{
    /// <summary>The folder of Temper.slnx; null where the tests run apart from their sources.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>The C# files under folders of the repository; the test is skipped, visibly, where there are none.</summary>
    public static IReadOnlyList<string> CSharp(params string[] folders) => Files("*.cs", folders);

    /// <summary>The files of a pattern under folders of the repository.</summary>
    public static IReadOnlyList<string> Files(string pattern, params string[] folders)
    {
        Assert.SkipWhen(Root is null, "The tests run apart from the sources: no Temper.slnx above them.");
        return
        [
            .. folders
                .Select(folder => Path.Combine(Root!, folder))
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
                .Where(file => !Generated().IsMatch(file[Root!.Length..]))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A path as it is shown.</summary>
    public static string Short(string file) => Path.GetRelativePath(Root!, file).Replace('\\', '/');

    /// <summary>A file without its comments, so that words in them are no references.</summary>
    public static string Code(string file) => Comment().Replace(File.ReadAllText(file), "");

    private static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Temper.slnx")))
            {
                return folder.FullName;
            }
        }
        return null;
    }

    [GeneratedRegex(@"[/\\](obj|bin|artifacts)[/\\]")]
    private static partial Regex Generated();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
