using Temper.Data;
using Temper.Errors;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>The data that a model is evaluated on.</summary>
public static class EvaluationData
{
    /// <summary>Loads the test split.</summary>
    /// <param name="text">A data set's name, or a recipe (<c>.yaml</c>) whose data is taken; null for what the model was trained on.</param>
    /// <param name="model">The model: where it is a training run's folder, or weights in it, and nothing else is said, that run's data is taken, else MNIST.</param>
    /// <param name="dataDir">The folder to look in; null for the usual places.</param>
    /// <exception cref="Errors.UsageException">The name is unknown.</exception>
    /// <exception cref="Errors.DataException">The data is missing or damaged.</exception>
    /// <exception cref="Errors.ConfigException">The recipe is wrong.</exception>
    public static ExampleSet Load(string? text, string model, string? dataDir) =>
        Datasets.Open(Request(text, model), "test", dataDir);

    /// <summary>Loads the training split of the data that <see cref="Load"/> loads the test split of.</summary>
    /// <param name="text">The data, as there.</param>
    /// <param name="model">The model, as there.</param>
    /// <param name="dataDir">The folder to look in; null for the usual places.</param>
    /// <returns>The split; null where it is not here.</returns>
    public static ExampleSet? LoadTraining(string? text, string model, string? dataDir)
    {
        try
        {
            return Datasets.Open(Request(text, model), "train", dataDir);
        }
        catch (DataException)
        {
            return null;
        }
    }

    /// <summary>Counts the examples of a set that a model was trained on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="set">The set evaluated.</param>
    /// <param name="dataDir">The folder to look in; null for the usual places.</param>
    /// <returns>The count; null where the model belongs to no training run, or its training data is not here.</returns>
    public static int? Overlap(string model, ExampleSet set, string? dataDir) =>
        ModelOrigin.Of(model)?.Overlap(set, dataDir);

    private static DataRequest Request(string? text, string model) =>
        text switch
        {
            null => ModelOrigin.Of(model)?.Data ?? new DataRequest("mnist"),
            _ when Path.GetExtension(text) is ".yaml" or ".yml" => DataSource.Of(ConfigReader.Read(text).Data),
            _ => new DataRequest(text),
        };
}
