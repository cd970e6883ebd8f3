namespace Temper.Slow.Tests;

/// <summary>Pretrained networks and data of others, which lie beside the repository and are not part of it.</summary>
internal static class OutsideModels
{
    /// <summary>A file of a network; the test is skipped, visibly, where it is missing.</summary>
    public static string File(string model, string name) => Find(Path.Combine("models", model, name));

    /// <summary>A file of a data set; the test is skipped, visibly, where it is missing.</summary>
    public static string Data(string set, string name) => Find(Path.Combine("data", set, name));

    private static string Find(string place)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", place);
            if (System.IO.File.Exists(path))
            {
                return path;
            }
        }
        Assert.Skip($"It is not here: no folder above the tests has shared/{place}.");
        return "";
    }
}
