using System.Text.Json.Nodes;

namespace Temper.Runs;

/// <summary>One attack of an evaluation, in the order they ran.</summary>
/// <param name="Name">The name that tables and reports use, unique in the run.</param>
/// <param name="Id">The attack's component id, such as <c>pgd</c>.</param>
/// <param name="Options">Its options, resolved.</param>
/// <param name="Seconds">The wall-clock time it took.</param>
public sealed record ManifestAttack(string Name, string Id, JsonObject Options, double Seconds)
{
    /// <summary>Gets the list the attack was asked for by, all of whose members run as the list says; null for one asked for by itself, or changed.</summary>
    public string? List { get; init; }

    /// <summary>Gets the text form of the member it ran under; null where that is the threat of the evaluation.</summary>
    public string? Threat { get; init; }

    /// <summary>Gets what it did otherwise than asked, a sentence each; null for nothing.</summary>
    public IReadOnlyList<string>? Notices { get; init; }

    /// <summary>Gets the passes through a surrogate, a network that points were crafted on; null where there was none.</summary>
    public ManifestPasses? Surrogate { get; init; }
}
