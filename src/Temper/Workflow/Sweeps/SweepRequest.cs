using Temper.Numerics;
using Temper.Runs;

namespace Temper.Workflow.Sweeps;

/// <summary>A sweep as asked for: one recipe, several methods, several seeds.</summary>
public sealed record SweepRequest
{
    /// <summary>Gets the recipe; its evaluation says how every run is measured.</summary>
    public required RunConfig Recipe { get; init; }

    /// <summary>Gets options set for attacks of the evaluations.</summary>
    public IReadOnlyList<AttackOverride> AttackOverrides { get; init; } = [];

    /// <summary>Gets the methods; the others are held against the first.</summary>
    public required IReadOnlyList<SweepMethod> Methods { get; init; }

    /// <summary>Gets the seeds; each method is trained with each.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>Gets the passes, forward and backward, that training may spend on each of its examples; null for the recipe's epochs.</summary>
    public int? Passes { get; init; }

    /// <summary>
    /// Gets how many training examples are held out of all runs, to measure them on; null to measure on the test split, which
    /// nothing should be chosen by afterwards.
    /// </summary>
    public int? HeldOut { get; init; } = 500;

    /// <summary>Gets the folder of the sweep; a run lies in a folder of its own in it.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets where data is looked for first; null for the usual places.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Gets the number of threads libtorch works with.</summary>
    public int Threads { get; init; } = NativeEnvironment.CpuCores;

    /// <summary>Gets the device's name.</summary>
    public string Device { get; init; } = "cpu";
}
