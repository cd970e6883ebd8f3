using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>The data of a run.</summary>
public sealed record DataConfig
{
    /// <summary>Gets the data set's name.</summary>
    [Description("the data set's name")]
    public string Name { get; init; } = "mnist";

    /// <summary>Gets the number of training examples set apart for validation.</summary>
    [Description("training examples set apart for validation, chosen by the seed")]
    [Range(1, 10_000_000)]
    public int Validation { get; init; } = 5000;
}
