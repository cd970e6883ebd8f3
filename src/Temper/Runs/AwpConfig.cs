using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>Adversarial weight perturbation; none by default.</summary>
public sealed record AwpConfig
{
    /// <summary>Gets the size of the perturbation.</summary>
    [Description("size of the perturbation, relative to the norm of each layer's weights; 0 = none")]
    [Range(0d, 1d)]
    public double Gamma { get; init; }

    /// <summary>Gets the epochs without perturbation.</summary>
    [Description("epochs before the first perturbation")]
    [Range(0d, 100_000d)]
    public double Warmup { get; init; }
}
