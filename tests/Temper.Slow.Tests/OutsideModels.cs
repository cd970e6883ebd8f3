namespace Temper.Slow.Tests;

/// <summary>Pretrained networks of others, which lie beside the repository and are not part of it.</summary>
internal static class OutsideModels
{
    /// <summary>A file of a network; the test is skipped, visibly, where it is missing.</summary>
    public static string File(string model, string name)
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            var path = Path.Combine(place.FullName, "shared", "models", model, name);
            if (System.IO.File.Exists(path))
            {
                return path;
            }
        }
        Assert.Skip(
            $"The pretrained network {model} is not here: no folder above the tests has shared/models/{model}/{name}."
        );
        return "";
    }
}
