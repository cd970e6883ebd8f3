using Temper.Data;
using Temper.Errors;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>The data of a training, read once for the run and its twin.</summary>
/// <param name="Train">The examples trained on, validation examples among them.</param>
/// <param name="Test">The examples of the final evaluation.</param>
/// <param name="Overlap">How many test examples are training examples too.</param>
internal sealed record TrainingData(ExampleSet Train, ExampleSet Test, int Overlap)
{
    /// <summary>Gets the second set that is trained on; null for none.</summary>
    public ExampleSet? Extra { get; private init; }

    /// <summary>Reads both splits, and the second set.</summary>
    /// <param name="config">What the recipe asks for.</param>
    /// <param name="folder">Where data is looked for first; null for the usual places.</param>
    public static TrainingData Read(DataConfig config, string? folder)
    {
        var data = DataSource.Of(config);
        var train = RecipePart.Of("data", () => Datasets.Open(data, "train", folder));
        var test = Datasets.Open(data, "test", folder);
        var extra = DataSource.Extra(config) is { } second
            ? RecipePart.Of("data.extra", () => Datasets.Open(second, "train", folder))
            : null;
        Check(train, extra);
        var overlap = Data.Overlap.Count(test, train);
        // The files were unpacked through buffers as large as the data. Training makes little garbage, so nobody would collect them.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new(train, test, overlap) { Extra = extra };
    }

    private static void Check(ExampleSet train, ExampleSet? extra)
    {
        if (
            extra is not null
            && (extra.Channels, extra.Height, extra.Width, extra.Classes)
                != (train.Channels, train.Height, train.Width, train.Classes)
        )
        {
            throw new ConfigException(
                null,
                null,
                "data.extra",
                $"found {extra.Name} of {Shape(extra)}, expected {Shape(train)}, as {train.Name} has."
            );
        }
        if (extra is not null && !Names(extra).SequenceEqual(Names(train), StringComparer.Ordinal))
        {
            throw new ConfigException(
                null,
                null,
                "data.extra",
                $"found the classes {string.Join(", ", Names(extra).Take(5))} of {extra.Name}, expected those of {train.Name} in its order: {string.Join(", ", Names(train).Take(5))}."
            );
        }
    }

    /// <summary>The examples of the second set that are neither test nor validation examples; empty where there is no second set.</summary>
    /// <param name="validation">The validation examples.</param>
    /// <exception cref="ConfigException">None is left.</exception>
    public IReadOnlyList<int> ExtraLeft(IReadOnlyList<int> validation)
    {
        if (Extra is null)
        {
            return [];
        }
        var left = Data.Overlap.Without(Extra, (Test, [.. Enumerable.Range(0, Test.Count)]), (Train, validation));
        return left.Length > 0
            ? left
            : throw new ConfigException(
                null,
                null,
                "data.extra",
                $"found test or validation examples in {Extra.Name} alone, expected others to train on."
            );
    }

    private static string Shape(ExampleSet set) =>
        $"{set.Channels} × {set.Height} × {set.Width} in {set.Classes} classes";

    private static IEnumerable<string> Names(ExampleSet set) => set.Card.ClassNames;
}
