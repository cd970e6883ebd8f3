using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>How the trained model is evaluated.</summary>
public sealed record EvaluationConfig
{
    /// <summary>Gets the attacks in the order they run.</summary>
    [Description("attacks in the order they run: names, or mappings with id, name and options")]
    public IReadOnlyList<AttackConfig> Attacks { get; init; } = [new("fgsm"), new("pgd"), new("pgd-margin")];

    /// <summary>Gets the number of examples the model sees at once; the arithmetic depends on it.</summary>
    [Description("examples the model sees at once; results repeat exactly at an equal block size")]
    [Range(1, 1_000_000)]
    public int Block { get; init; } = 500;
}
