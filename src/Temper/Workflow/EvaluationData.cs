using Temper.Data;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>The data that a model is evaluated on.</summary>
public static class EvaluationData
{
    /// <summary>Loads the test split.</summary>
    /// <param name="text">A data set's name, or a recipe (<c>.yaml</c>) whose data is taken; null for what the model was trained on.</param>
    /// <param name="model">The model: where it is a training run's folder and nothing else is said, that run's data is taken, else MNIST.</param>
    /// <param name="dataDir">The folder to look in; null for the usual places.</param>
    /// <exception cref="Errors.UsageException">The name is unknown.</exception>
    /// <exception cref="Errors.DataException">The data is missing or damaged.</exception>
    /// <exception cref="Errors.ConfigException">The recipe is wrong.</exception>
    public static ExampleSet Load(string? text, string model, string? dataDir) =>
        Datasets.Open(
            text switch
            {
                null => OfRun(model),
                _ when Path.GetExtension(text) is ".yaml" or ".yml" => DataSource.Of(ConfigReader.Read(text).Data),
                _ => new DataRequest(text),
            },
            "test",
            dataDir
        );

    private static DataRequest OfRun(string model)
    {
        var manifest = Path.Combine(model, RunFolder.Manifest);
        return Directory.Exists(model) && File.Exists(manifest) && RunManifest.Read(manifest).Training is { } training
            ? DataSource.Of(ConfigReader.FromJson(training.Config, manifest).Data)
            : new DataRequest("mnist");
    }
}
