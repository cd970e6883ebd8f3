using Temper.Certification.Smoothing;
using Temper.Data;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>A certification by randomized smoothing as asked for.</summary>
public sealed record SmoothingRequest
{
    /// <summary>Gets the base model.</summary>
    public required ModelFile Model { get; init; }

    /// <summary>Gets the data.</summary>
    public required ExampleSet Set { get; init; }

    /// <summary>Gets the threat model, whose budget is a point of the curve.</summary>
    public required ThreatModel Threat { get; init; }

    /// <summary>Gets σ, N0, N and α.</summary>
    public required SmoothingSettings Settings { get; init; }

    /// <summary>Gets the first so many examples; null for no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>Gets the size of a random subset; null for none.</summary>
    public int? Sample { get; init; }

    /// <summary>Gets how many noisy copies go through the model at once.</summary>
    public int Block { get; init; } = 500;

    /// <summary>Gets the root seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets the number of threads libtorch works with.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the folder for the evidence.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets whether an interrupted certification goes on.</summary>
    public bool Resume { get; init; }
}
