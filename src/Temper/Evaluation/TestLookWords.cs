using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>How often test data was looked at with a model, as pages say it.</summary>
internal static class TestLookWords
{
    /// <summary>The split whose looks are counted: choices are made on others.</summary>
    public const string TestSplit = "test";

    /// <summary>What the number stands for.</summary>
    public const string Name = "Looks at test data";

    private const string Unknown =
        "not known: they are counted in the folder of a training run, and the model's file lies in none, or in one that cannot be written";

    /// <summary>The number, or why there is none.</summary>
    public static string Of(RunManifest manifest) =>
        manifest.Data.Split != TestSplit ? $"none by this evaluation, which is of the {manifest.Data.Split} split"
        : manifest.TestLooks is { } looks ? $"{Words.Count(looks)} with this very model, this one included"
        : Unknown;

    /// <summary>A sentence that belongs to the claim; null for a first look, and where the number is not known.</summary>
    public static string? Sentence(RunManifest manifest) =>
        manifest.TestLooks is > 1 and { } looks
            ? $"It is look {Words.Count(looks)} at test data with this model."
            : null;

    /// <summary>What does not follow from the numbers, a sentence; null for a first look.</summary>
    public static string? Doubt(RunManifest manifest) =>
        manifest.Data.Split != TestSplit || manifest.TestLooks == 1 ? null
        : manifest.TestLooks is { } looks
            ? $"That nothing was chosen by the test data: this is look {Words.Count(looks)} at it with this model."
        : "How often the test data was looked at with this model before: nobody has counted.";
}
