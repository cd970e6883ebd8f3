namespace Temper.Bench;

/// <summary>What was measured of one network and method; times are medians of one unit: an attack on a batch, or a training step.</summary>
internal sealed record BenchRow
{
    /// <summary>Gets the network.</summary>
    public required string Network { get; init; }

    /// <summary>Gets the method.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the batch size.</summary>
    public required int Batch { get; init; }

    /// <summary>Gets the gradient steps of the attack or of the inner search.</summary>
    public required int Steps { get; init; }

    /// <summary>Gets the units of each run.</summary>
    public required int Repeats { get; init; }

    /// <summary>Gets the seconds of the same passes done bare.</summary>
    public required double BareSeconds { get; init; }

    /// <summary>Gets the seconds of Temper.</summary>
    public required double TemperSeconds { get; init; }

    /// <summary>Gets bare / Temper, the median of the paired runs: above 1 Temper is faster.</summary>
    public required double Ratio { get; init; }

    /// <summary>Gets the least of the paired ratios.</summary>
    public required double RatioLow { get; init; }

    /// <summary>Gets the greatest of the paired ratios.</summary>
    public required double RatioHigh { get; init; }

    /// <summary>Gets the forward passes, each over the batch.</summary>
    public required int Forwards { get; init; }

    /// <summary>Gets the passes back to the input, each over the batch.</summary>
    public required int InputGradients { get; init; }

    /// <summary>Gets the passes back to the weights, each over the batch.</summary>
    public required int WeightGradients { get; init; }

    /// <summary>Gets the operations of a unit, 10⁹.</summary>
    public required double Gigaflop { get; init; }

    /// <summary>Gets the operations Temper achieves, 10⁹ a second.</summary>
    public required double GigaflopPerSecond { get; init; }

    /// <summary>Gets the same as a share of the machine's matrix product.</summary>
    public required double PeakShare { get; init; }

    /// <summary>Gets the most that lay in RAM while Temper ran, in MB above what libtorch took when it was loaded; null where unknown.</summary>
    public double? ResidentMegabytes { get; init; }

    /// <summary>Gets why the share is low, in a sentence; null where it is not.</summary>
    public string? Why { get; init; }

    /// <summary>Whether another row measured the same.</summary>
    public bool IsLike(BenchRow other) =>
        (Network, Method, Batch, Steps) == (other.Network, other.Method, other.Batch, other.Steps);
}
