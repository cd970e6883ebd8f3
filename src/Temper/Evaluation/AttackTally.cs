using System.Text.Json.Nodes;
using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>What one attack did in the cascade.</summary>
/// <param name="Name">The attack's name.</param>
/// <param name="Id">Its component id.</param>
/// <param name="Options">Its options, resolved.</param>
/// <param name="Attempted">The examples still standing when it began.</param>
/// <param name="Broken">The examples it broke.</param>
/// <param name="Left">The examples still standing when it ended.</param>
/// <param name="Forwards">Forward passes spent, in examples.</param>
/// <param name="Gradients">Gradient passes spent, in examples.</param>
/// <param name="Seconds">The wall-clock time.</param>
public sealed record AttackTally(
    string Name,
    string Id,
    JsonObject Options,
    int Attempted,
    int Broken,
    int Left,
    long Forwards,
    long Gradients,
    double Seconds
)
{
    /// <summary>Gets what it did otherwise than asked, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Gets the passes through a surrogate, in examples; null where there was none.</summary>
    public ManifestPasses? Surrogate { get; init; }
}
