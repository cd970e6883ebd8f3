using Temper.Numerics;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>A training as asked for.</summary>
public sealed record TrainingRequest
{
    /// <summary>Gets the resolved recipe.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>Gets options set for attacks of the final evaluation.</summary>
    public IReadOnlyList<AttackOverride> AttackOverrides { get; init; } = [];

    /// <summary>Gets the folder of the run.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets where data is looked for first; null for the usual places.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Gets whether an interrupted run goes on.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets the first so many test examples of the final evaluation; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Gets the number of threads libtorch works with, as <see cref="Libtorch.Load"/> returned it.</summary>
    public int Threads { get; init; } = NativeEnvironment.CpuCores;

    /// <summary>Gets the device's name.</summary>
    public string Device { get; init; } = "cpu";
}
