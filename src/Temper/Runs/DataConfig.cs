using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>The data of a run.</summary>
public sealed record DataConfig
{
    /// <summary>Gets the data set's name.</summary>
    [Description(
        "mnist, fashion-mnist, cifar10, the name of an imported set, or images (a folder) or csv (a table) with a path"
    )]
    public string Name { get; init; } = "mnist";

    /// <summary>Gets the folder of images or the CSV file.</summary>
    [Description(
        "for images: a folder with a sub-folder per class, or with train and test; for csv: a file, or a folder with train.csv and test.csv"
    )]
    public string? Path { get; init; }

    /// <summary>Gets the side images are resized to.</summary>
    [Description("for images: the side they are resized to, in pixels")]
    [Range(1, 1024)]
    public int Size { get; init; } = 32;

    /// <summary>Gets the number of channels of images.</summary>
    [Description("for images: 3 for colour, 1 for grey")]
    [Range(1, 3)]
    public int Channels { get; init; } = 3;

    /// <summary>Gets how images of other shapes become squares.</summary>
    [Description(
        "for images: cover (shorter side scaled, middle kept), stretch, or pad (longer side scaled, the rest black)"
    )]
    [RegularExpression("cover|stretch|pad", ErrorMessage = "cover, stretch or pad")]
    public string Fit { get; init; } = "cover";

    /// <summary>Gets the column of the class.</summary>
    [Description("for csv: the column that holds the class")]
    public string Label { get; init; } = "label";

    /// <summary>Gets columns of numbers that are names.</summary>
    [Description("for csv: columns of numbers that are names all the same, such as codes; texts are so anyway")]
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Gets the share of examples kept for testing.</summary>
    [Description("for images and csv: the share of examples kept for testing, where the files do not say it")]
    [Range(0.01, 0.9)]
    public double TestFraction { get; init; } = 0.2;

    /// <summary>Gets the augmentation of training images.</summary>
    [Description("random changes of training images, anew in each epoch")]
    public AugmentConfig Augment { get; init; } = new();

    /// <summary>Gets a second set to train on.</summary>
    [Description("a second data set, mixed into every training batch")]
    [Guidance(
        "a share of every batch comes from a second set",
        "More data of the same kind, labelled or generated: the largest published gains after the network's size (5 to 8 points).",
        "Sets that overlap the test split; such examples are left out by their hashes, near copies are not.",
        Source = "Carmon et al. 2019, Unlabeled data improves adversarial robustness; Gowal et al. 2021, Improving robustness using generated data"
    )]
    public ExtraDataConfig Extra { get; init; } = new();

    /// <summary>Gets the number of training examples set apart for validation.</summary>
    [Description("training examples set apart for validation, chosen by the seed")]
    [Range(1, 10_000_000)]
    public int Validation { get; init; } = 5000;
}
