using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>One finished block.</summary>
internal sealed record JournalLine(
    string Stage,
    int Block,
    double Seconds,
    int[] Indices,
    int[] Predictions,
    bool[] Broken,
    double[] Distances,
    long[] Forwards,
    long[] Gradients,
    Dictionary<int, string> Points,
    IReadOnlyList<string>? Notices = null,
    ManifestPasses? Surrogate = null
)
{
    /// <summary>Gets the confidence at each point; null in journals of earlier versions.</summary>
    public double[]? Confidences { get; init; }

    /// <summary>Gets lower bounds of margins, of a certification; null elsewhere.</summary>
    public double[]? Margins { get; init; }

    /// <summary>Gets in how many parts branch and bound looked at each example; null elsewhere.</summary>
    public long[]? Branches { get; init; }

    /// <summary>Gets how many noise vectors gave each example its selected class, of a certification by smoothing; null elsewhere.</summary>
    public int[]? Votes { get; init; }
}
