using System.ComponentModel.DataAnnotations;

namespace Temper.Training;

/// <summary>Options of the weight update.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Gets the L2 penalty.</summary>
    [System.ComponentModel.Description("L2 penalty on the weights")]
    [Range(0, 1)]
    public double WeightDecay { get; init; }

    /// <summary>Gets the momentum of SGD.</summary>
    [System.ComponentModel.Description("momentum (sgd only)")]
    [Range(0, 0.9999)]
    public double Momentum { get; init; } = 0.9;
}
