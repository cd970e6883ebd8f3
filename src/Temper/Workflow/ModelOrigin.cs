using Temper.Data;
using Temper.Errors;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>The training run that a model belongs to, as its folder tells.</summary>
/// <param name="Manifest">The run's manifest.</param>
/// <param name="Data">The data it was trained on.</param>
internal sealed record ModelOrigin(RunManifest Manifest, DataRequest Data)
{
    /// <summary>The run whose folder, or whose weights in it, a model is; null for another model.</summary>
    /// <param name="model">A path.</param>
    public static ModelOrigin? Of(string model)
    {
        var folder =
            Directory.Exists(model) ? model
            : Path.GetFileName(model) is ModelFile.BestName or RunFolder.Last
                ? Path.GetDirectoryName(Path.GetFullPath(model))!
            : null;
        var path = folder is null ? null : Path.Combine(folder, RunFolder.Manifest);
        if (path is null || !File.Exists(path))
        {
            return null;
        }
        var manifest = RunManifest.Read(path);
        return manifest.Training is { } training
            ? new(manifest, DataSource.Of(ConfigReader.FromJson(training.Config, path).Data))
            : null;
    }

    /// <summary>How many examples of a set are among those trained on, those for validation included; null where those are not here any more.</summary>
    /// <param name="set">The set evaluated.</param>
    /// <param name="folder">Where data is looked for first; null for the usual places.</param>
    public int? Overlap(ExampleSet set, string? folder)
    {
        if (Manifest.Data.Overlap is { } known && Manifest.Data.Sha256 == set.Sha256)
        {
            return known;
        }
        try
        {
            return Temper.Data.Overlap.Count(set, Datasets.Open(Data, "train", folder));
        }
        catch (DataException)
        {
            return null;
        }
    }
}
