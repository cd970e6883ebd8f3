namespace Temper.Runs;

/// <summary>How examples were certified: part of <c>manifest.json</c>.</summary>
/// <param name="Method"><c>ibp</c>, <c>crown</c>, <c>alpha-crown</c>, <c>complete</c> or <c>smoothing</c>.</param>
/// <param name="Arithmetic">What the bounds speak of and how they are rounded, in words.</param>
public sealed record ManifestCertification(string Method, string Arithmetic)
{
    /// <summary>Gets the time limit of branch and bound for each example; null without branching.</summary>
    public double? SecondsEach { get; init; }

    /// <summary>Gets why nothing can be certified; null where bounds know the network.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets what was not tried and why, a sentence; null where all that was asked for was.</summary>
    public string? Remark { get; init; }

    /// <summary>Gets the wall-clock time of the certification within an evaluation; null elsewhere.</summary>
    public double? Seconds { get; init; }

    /// <summary>Gets the standard deviation of the noise; null without smoothing, like the next three.</summary>
    public double? Sigma { get; init; }

    /// <summary>Gets the noise vectors of the selection.</summary>
    public int? N0 { get; init; }

    /// <summary>Gets the noise vectors of the estimation.</summary>
    public int? N { get; init; }

    /// <summary>Gets the probability, at most, with which each certificate is wrong.</summary>
    public double? Alpha { get; init; }
}
