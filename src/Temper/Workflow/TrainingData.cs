using Temper.Data;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>The data of a training, read once for the run and its twin.</summary>
/// <param name="Train">The examples trained on, validation examples among them.</param>
/// <param name="Test">The examples of the final evaluation.</param>
/// <param name="Overlap">How many test examples are training examples too.</param>
internal sealed record TrainingData(ExampleSet Train, ExampleSet Test, int Overlap)
{
    /// <summary>Reads both splits.</summary>
    /// <param name="config">What the recipe asks for.</param>
    /// <param name="folder">Where data is looked for first; null for the usual places.</param>
    public static TrainingData Read(DataConfig config, string? folder)
    {
        var data = DataSource.Of(config);
        var train = RecipePart.Of("data", () => Datasets.Open(data, "train", folder));
        var test = Datasets.Open(data, "test", folder);
        var overlap = Data.Overlap.Count(test, train);
        // The files were unpacked through buffers as large as the data. Training makes little garbage, so nobody would collect them.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new(train, test, overlap);
    }
}
