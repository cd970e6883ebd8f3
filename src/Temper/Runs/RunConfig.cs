using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>A recipe: everything a run depends on, resolved; read by <see cref="ConfigReader"/>.</summary>
public sealed record RunConfig
{
    /// <summary>Gets the recipe's name.</summary>
    [Description("the recipe's name: lower-case letters, digits, '-', '_' and '.'")]
    [RegularExpression(
        @"[a-z0-9][a-z0-9._-]{0,63}",
        ErrorMessage = "a name of lower-case letters, digits, '-', '_' and '.', at most 64"
    )]
    public required string Name { get; init; }

    /// <summary>Gets one line on what the recipe is for.</summary>
    [Description("one line on what the recipe is for")]
    [RegularExpression(@"[^\n]*\S[^\n]*", ErrorMessage = "text on one line, not empty")]
    public required string Summary { get; init; }

    /// <summary>Gets the root of all randomness.</summary>
    [Description("root of all randomness")]
    public ulong Seed { get; init; }

    /// <summary>Gets the number of threads.</summary>
    [Description("threads; 0 = as many as the process was given physical cores")]
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Gets which fast passes are on.</summary>
    [Description(
        "fast passes: fast, plain, or some of input-gradients, fold-batch-norm, channels-last, comma-separated"
    )]
    public string Passes { get; init; } = "fast";

    /// <summary>Gets the data.</summary>
    [Description("the data")]
    public DataConfig Data { get; init; } = new();

    /// <summary>Gets the model.</summary>
    [Description("the model: an architecture's id and its options")]
    public ComponentConfig Model { get; init; } = new("mnist-net");

    /// <summary>Gets the threat model as text, such as <c>linf:0.3</c>.</summary>
    [Description(
        "the threat model, such as linf:8/255, l2:1.5, l1:10 or l0:20; no goal, since training is against any wrong class"
    )]
    public required string Threat { get; init; }

    /// <summary>Gets the training.</summary>
    [Description("how the model is trained")]
    public required TrainingConfig Training { get; init; }

    /// <summary>Gets the evaluation.</summary>
    [Description("how the trained model is evaluated")]
    public EvaluationConfig Evaluation { get; init; } = new();

    /// <summary>Gets the numbers the recipe is expected to reach.</summary>
    [Description("numbers the recipe is expected to reach, with their source")]
    public IReadOnlyList<ExpectedConfig> Expected { get; init; } = [];
}
