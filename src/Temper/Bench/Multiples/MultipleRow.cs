namespace Temper.Bench.Multiples;

/// <summary>What a step of one training method costs beside one of plain training. Passes are of one example of the batch.</summary>
internal sealed record MultipleRow
{
    /// <summary>Gets the method.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the steps of each run.</summary>
    public required int Steps { get; init; }

    /// <summary>Gets the forward passes that were counted.</summary>
    public required double Forwards { get; init; }

    /// <summary>Gets the passes back to the input.</summary>
    public required double InputGradients { get; init; }

    /// <summary>Gets the passes back to the weights.</summary>
    public required double WeightGradients { get; init; }

    /// <summary>Gets the multiple in passes, whatever they lead to: (F + B)/2.</summary>
    public required double Passes { get; init; }

    /// <summary>Gets the multiple in floating point operations of the passes counted.</summary>
    public required double Counted { get; init; }

    /// <summary>Gets the multiple in time that the passes counted amount to, by the times of single passes.</summary>
    public double Expected { get; init; }

    /// <summary>Gets the multiple in time, the median of the paired runs.</summary>
    public required double Measured { get; init; }

    /// <summary>Gets the least of the paired runs.</summary>
    public required double Low { get; init; }

    /// <summary>Gets the greatest of the paired runs.</summary>
    public required double High { get; init; }

    /// <summary>Gets measured / counted − 1.</summary>
    public required double Deviation { get; init; }

    /// <summary>Gets measured / expected − 1: what the method does beside its passes.</summary>
    public double Beside { get; init; }

    /// <summary>Gets the milliseconds of a step, the median.</summary>
    public required double Milliseconds { get; init; }
}
