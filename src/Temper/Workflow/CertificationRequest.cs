using Temper.Certification;
using Temper.Data;
using Temper.Models.Passes;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>A certification as asked for.</summary>
public sealed record CertificationRequest
{
    /// <summary>Gets the model.</summary>
    public required ModelFile Model { get; init; }

    /// <summary>Gets the data.</summary>
    public required ExampleSet Set { get; init; }

    /// <summary>Gets the threat model.</summary>
    public required ThreatModel Threat { get; init; }

    /// <summary>Gets the method.</summary>
    public required BoundMethod Method { get; init; }

    /// <summary>Gets the attacks that look for counterexamples, in order; none for bounds alone.</summary>
    public required IReadOnlyList<RequestedAttack> Attacks { get; init; }

    /// <summary>Gets the time limit of branch and bound for each example.</summary>
    public double Seconds { get; init; } = 60;

    /// <summary>Gets the first so many examples; null for no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>Gets the size of a random subset; null for none.</summary>
    public int? Sample { get; init; }

    /// <summary>Gets the physical block size of predictions and attacks.</summary>
    public int Block { get; init; } = 500;

    /// <summary>Gets the root seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets the number of threads libtorch works with.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the folder for the evidence.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets whether an interrupted certification goes on.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets whether closer bounds are only tried where they can pay: as part of an evaluation.</summary>
    internal bool IsThrifty { get; init; }

    /// <summary>Gets how the network is computed under attack.</summary>
    public PassSettings Passes { get; init; } = PassSettings.Fast;
}
