namespace Temper.Evaluation.Probing;

/// <summary>The probes of one threat: all of them, or under a union those of one member.</summary>
/// <param name="Threat">The text form of the threat.</param>
/// <param name="Probes">The probes by name, without the member's norm.</param>
internal sealed record ProbeGroup(string Threat, IReadOnlyDictionary<string, ProbeTally> Probes)
{
    /// <summary>A probe by its name; null where it did not run.</summary>
    public ProbeTally? this[string name] => Probes.GetValueOrDefault(name);

    /// <summary>The examples that two probes both attacked, by how many each broke alone.</summary>
    /// <returns>The number both attacked, broken by the first alone, broken by the second alone; null where one did not run.</returns>
    public (int Both, int FirstOnly, int SecondOnly)? Compare(string first, string second)
    {
        if (this[first] is not { } one || this[second] is not { } other)
        {
            return null;
        }
        long[] both = [.. one.Outcomes.Keys.Where(other.Outcomes.ContainsKey)];
        return (
            both.Length,
            both.Count(i => one.Outcomes[i] && !other.Outcomes[i]),
            both.Count(i => !one.Outcomes[i] && other.Outcomes[i])
        );
    }

    /// <summary>The groups of an evaluation, in the order of the union's members.</summary>
    public static IReadOnlyList<ProbeGroup> Of(Runs.ManifestThreat threat, IReadOnlyList<ProbeTally> probes) =>
        threat.Members is { } members
            ? [.. members.Select(m => new ProbeGroup(m.Text, Named(probes, "@" + m.Norm)))]
            : [new ProbeGroup(threat.Text, Named(probes, ""))];

    private static Dictionary<string, ProbeTally> Named(IReadOnlyList<ProbeTally> probes, string suffix) =>
        probes
            .Where(p => p.Name.EndsWith(suffix, StringComparison.Ordinal))
            .ToDictionary(p => p.Name[..^suffix.Length], StringComparer.Ordinal);
}
