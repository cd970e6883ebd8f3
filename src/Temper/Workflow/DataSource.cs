using System.Globalization;
using Temper.Data;
using Temper.Errors;
using Temper.Numerics;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>Between the data of a recipe, the data that is loaded, and what the manifest says of it.</summary>
internal static class DataSource
{
    /// <summary>What a recipe asks for.</summary>
    public static DataRequest Of(DataConfig config) =>
        new(config.Name)
        {
            Path = config.Path,
            Size = config.Size,
            Channels = config.Channels is 1 or 3
                ? config.Channels
                : throw new ConfigException(
                    null,
                    null,
                    "data.channels",
                    $"found {config.Channels}, expected 1 (grey) or 3 (colour)."
                ),
            Fit = Enum.Parse<ImageFit>(config.Fit, ignoreCase: true),
            Label = config.Label,
            Categorical = config.Categorical,
            TestFraction = config.TestFraction,
        };

    /// <summary>What the manifest says of an evaluated split.</summary>
    /// <param name="set">The split.</param>
    /// <param name="selection">Which examples of it.</param>
    /// <param name="validationRule">How validation examples were set apart in training, or null.</param>
    /// <param name="overlap">How many of its examples are training examples too, or null when that is not known.</param>
    public static ManifestData Card(ExampleSet set, Selection selection, string? validationRule, int? overlap) =>
        new(set.Name, set.Split, selection.Indices.Count, set.Count, selection.Rule.Text, set.Sha256, validationRule)
        {
            Variant = set.Card.Variant,
            Rule = set.Card.Rule,
            Noun = set.Card.Noun == "images" ? null : set.Card.Noun,
            OneHot = set.Card.OneHot > 0 ? set.Card.OneHot : null,
            Overlap = overlap,
            ClassNames = set.Card.ClassNames.Where((name, i) => name != i.ToString(CultureInfo.InvariantCulture)).Any()
                ? set.Card.ClassNames
                : null,
        };

    /// <summary>The augmentation of training images; null for none.</summary>
    /// <param name="config">What the recipe asks for.</param>
    /// <param name="set">The training examples.</param>
    /// <param name="rng">The stream of the training.</param>
    public static Augmentation? Augmentation(AugmentConfig config, ExampleSet set, Rng rng)
    {
        if (config is { Crop: 0, Flip: false, Cutout: 0 })
        {
            return null;
        }
        return set is ImageSet && Math.Max(config.Crop, config.Cutout) < Math.Min(set.Height, set.Width)
            ? new(config.Crop, config.Flip, rng.Fork("augment")) { Cutout = config.Cutout }
            : throw new ConfigException(
                null,
                null,
                "data.augment",
                $"found shifts by {config.Crop} pixels, squares of {config.Cutout} or reflections of {set.Card.Noun} of {set.Height} × {set.Width}, expected images larger than shift and square."
            );
    }

    /// <summary>How training images are mixed with each other; null for not at all.</summary>
    /// <param name="config">What the recipe asks for.</param>
    /// <param name="set">The training examples.</param>
    /// <param name="rng">The stream of the training.</param>
    public static ImageMixing? Mixing(AugmentConfig config, ExampleSet set, Rng rng)
    {
        if (config is { Mixup: 0, Cutmix: 0 })
        {
            return null;
        }
        var (kind, alpha) = config.Mixup > 0 ? (MixKind.Mixup, config.Mixup) : (MixKind.CutMix, config.Cutmix);
        return set is ImageSet
            ? new(kind, alpha, rng.Fork("augment/mix"))
            : throw new ConfigException(
                null,
                null,
                "data.augment",
                $"found a mixture of {set.Card.Noun}, expected one for images alone."
            );
    }

    /// <summary>The second set a recipe asks for, read by the rules of the first; null for none.</summary>
    public static DataRequest? Extra(DataConfig config) =>
        config.Extra.Name is { } name ? Of(config with { Name = name, Path = config.Extra.Path }) : null;
}
