namespace Temper.Slow.Tests;

/// <summary>Data sets that lie beside the repository and are not part of it.</summary>
internal static class OutsideData
{
    /// <summary>The folder of a data set; the test is skipped, visibly, where it is missing.</summary>
    public static string Folder(string name)
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            var path = Path.Combine(place.FullName, "shared", "data", name);
            if (Directory.Exists(path))
            {
                return Path.GetDirectoryName(path)!;
            }
        }
        Assert.Skip($"The data set {name} is not here: no folder above the tests has shared/data/{name}.");
        return "";
    }
}
