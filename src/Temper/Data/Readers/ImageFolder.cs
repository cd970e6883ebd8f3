using System.Globalization;
using System.Text;
using Temper.Errors;

namespace Temper.Data.Readers;

/// <summary>Reads a folder of images, one sub-folder per class.</summary>
/// <remarks>
/// The folder holds either <c>train</c> and <c>test</c>, each with the same classes, or the classes themselves; then an image
/// is kept for testing by a hash of its path below the folder, so that adding images moves none. Classes are the names of
/// the sub-folders in ordinal order; images count where their name ends in .png, .jpg or .jpeg.
/// </remarks>
public static class ImageFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>Reads one split.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="request">Size, channels, fit and test fraction.</param>
    /// <returns>The images, by path in ordinal order.</returns>
    /// <exception cref="DataException">The folder is missing or empty, or an image is damaged.</exception>
    public static ImageSet Read(string folder, string split, DataRequest request)
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException(
                $"{folder}: no such folder, expected one with a sub-folder of images for each class."
            );
        }
        var hasSplits =
            Directory.Exists(Path.Combine(folder, "train")) && Directory.Exists(Path.Combine(folder, "test"));
        var root = hasSplits ? Path.Combine(folder, split) : folder;
        var classes = Classes(hasSplits ? Path.Combine(folder, "train") : folder);
        if (hasSplits && Classes(root).Except(classes, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new DataException($"{Path.Combine(root, unknown)}: there is no class of that name in train.");
        }
        var files = new List<(string Path, int Label)>();
        for (var label = 0; label < classes.Length; label++)
        {
            var images = Images(Path.Combine(root, classes[label]));
            var mine = hasSplits ? images : images.Where(f => SplitOf(root, f, request.TestFraction) == split);
            files.AddRange(mine.Select(f => (f, label)));
        }
        return files.Count > 0
            ? Load(folder, split, request, classes, files, hasSplits)
            : throw new DataException(
                $"{root}: found no image (.png, .jpg, .jpeg) for {split} in its {classes.Length} sub-folders."
            );
    }

    private static ImageSet Load(
        string folder,
        string split,
        DataRequest request,
        string[] classes,
        List<(string Path, int Label)> files,
        bool hasSplits
    )
    {
        var values = request.Channels * request.Size * request.Size;
        if ((long)files.Count * values > Array.MaxLength)
        {
            throw new DataException(
                $"{folder}: {files.Count} images of {request.Channels} × {request.Size} × {request.Size} do not fit into memory as one set; choose a smaller data.size."
            );
        }
        var pixels = new byte[files.Count * values];
        FirstProblem.InParallel(
            files.Count,
            i =>
            {
                var picture = PictureFile.Decode(FileBytes.Read(files[i].Path), files[i].Path, request.Channels);
                PictureScaler.Square(picture, request.Size, request.Fit).CopyPlanes(pixels.AsSpan(i * values, values));
            }
        );
        int[] labels = [.. files.Select(f => f.Label)];
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var hash = ContentHash.Of(pixels, labels);
        return new(
            new(name, split, request.Channels, request.Size, request.Size, classes.Length, hash)
            {
                ClassNames = classes,
                Rule = Rule(request, hasSplits),
            },
            pixels,
            labels
        );
    }

    private static string Rule(DataRequest request, bool hasSplits)
    {
        var fit = request.Fit switch
        {
            ImageFit.Cover => "shorter side scaled, middle kept",
            ImageFit.Stretch => "both sides scaled",
            _ => "longer side scaled, the rest black",
        };
        var split = hasSplits
            ? "splits as the folders say"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"test = {request.TestFraction:P0} of the images by hash of their paths"
            );
        return $"images to {request.Size} × {request.Size} ({fit}); {split}";
    }

    private static string[] Classes(string root)
    {
        string[] classes = [.. List(() => Directory.GetDirectories(root), root).Select(d => Path.GetFileName(d))];
        return classes.Length >= 2
            ? classes
            : throw new DataException(
                $"{root}: found {classes.Length} sub-folders, expected one for each of at least two classes."
            );
    }

    private static IEnumerable<string> Images(string folder) =>
        Directory.Exists(folder)
            ? List(() => Directory.GetFiles(folder, "*", SearchOption.AllDirectories), folder)
                .Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            : [];

    private static IEnumerable<string> List(Func<string[]> list, string folder)
    {
        try
        {
            return list().Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{folder}: cannot be listed ({e.Message}).", e);
        }
    }

    private static string SplitOf(string root, string file, double fraction)
    {
        var relative = Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
        return HashShare.Of(Encoding.UTF8.GetBytes(relative)) < fraction ? "test" : "train";
    }
}
