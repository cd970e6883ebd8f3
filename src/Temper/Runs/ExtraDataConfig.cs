using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>A second data set, mixed into training batches; none by default.</summary>
public sealed record ExtraDataConfig
{
    /// <summary>Gets the second set's name.</summary>
    [Description("the training split of a second set, as data.name; null = none")]
    public string? Name { get; init; }

    /// <summary>Gets its folder or file.</summary>
    [Description("its folder or file, as data.path; read by the same rules")]
    public string? Path { get; init; }

    /// <summary>Gets its share of each batch.</summary>
    [Description("its share of every batch; an epoch goes once through the first set")]
    [Range(0.001, 0.999)]
    public double Share { get; init; } = 0.5;
}
