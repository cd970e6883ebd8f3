using System.Text.Json.Nodes;

namespace Temper.Evaluation.Probing;

/// <summary>What one probe did to the examples of the subset that are right without an attack.</summary>
/// <param name="Name">The probe's name.</param>
/// <param name="Id">The attack's component id.</param>
/// <param name="Options">Its options, resolved.</param>
/// <param name="Threat">The text form of what it searched under; null for the threat of the evaluation.</param>
/// <param name="Examples">The examples of the subset, those that are wrong without an attack included.</param>
/// <param name="Outcomes">By canonical index, of every example it attacked: whether it broke it.</param>
/// <param name="Forwards">Forward passes spent, in examples.</param>
/// <param name="Gradients">Gradient passes spent, in examples.</param>
/// <param name="Seconds">The wall-clock time.</param>
public sealed record ProbeTally(
    string Name,
    string Id,
    JsonObject Options,
    string? Threat,
    int Examples,
    IReadOnlyDictionary<long, bool> Outcomes,
    long Forwards,
    long Gradients,
    double Seconds
)
{
    /// <summary>Gets the number of examples it attacked.</summary>
    public int Attempted => Outcomes.Count;

    /// <summary>Gets the number it broke.</summary>
    public int Broken { get; } = Outcomes.Values.Count(broken => broken);

    /// <summary>Gets the number that are right and stood: robust accuracy against this probe alone is this over <see cref="Examples"/>.</summary>
    public int Robust => Attempted - Broken;

    /// <summary>Gets what it did otherwise than asked, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
