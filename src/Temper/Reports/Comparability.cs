using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>Whether two evaluations measured the same: threat model, data, examples, attacks with all their options.</summary>
internal static class Comparability
{
    /// <summary>What differs, one phrase each, with both values; empty when the numbers may stand side by side.</summary>
    public static IReadOnlyList<string> Differences(RunManifest a, RunManifest b)
    {
        var found = new List<string>();
        if (!Same(a.Threat, b.Threat))
        {
            found.Add($"threat model ({a.Threat.Text}, {b.Threat.Text})");
        }
        else if (GoalWords.IsDrawn(a.Threat.Goal) && a.Seed != b.Seed)
        {
            found.Add($"classes aimed at (drawn by seed {a.Seed}, {b.Seed})");
        }
        if (a.Data.Sha256 != b.Data.Sha256)
        {
            found.Add($"data ({Data(a.Data)}, {Data(b.Data)})");
        }
        if (a.Data.Selection != b.Data.Selection)
        {
            found.Add($"examples ({a.Data.Selection}, {b.Data.Selection})");
        }
        if (Attacks(a) is var left && Attacks(b) is var right && left != right)
        {
            found.Add($"attacks ({left}, {right})");
        }
        else if (Options(a) != Options(b))
        {
            found.Add($"options of {Words.List([.. Changed(a, b)])}");
        }
        // What a probe breaks counts in the worst case.
        if (Probes(a) is var ours && Probes(b) is var theirs && ours != theirs)
        {
            found.Add($"probes ({a.Protocol ?? "none"}, {b.Protocol ?? "none"})");
        }
        return found;
    }

    /// <summary>Whether norms, budgets and masks are equal, however these are written; the order of a union's members decides nothing.</summary>
    private static bool Same(ManifestThreat a, ManifestThreat b) =>
        a.Norm == b.Norm
        && a.Epsilon == b.Epsilon
        && a.Mask == b.Mask
        && a.Goal == b.Goal
        && Members(a).SequenceEqual(Members(b));

    private static IEnumerable<(string, double, string?)> Members(ManifestThreat threat) =>
        (threat.Members ?? []).Select(m => (m.Norm, m.Epsilon, m.Mask)).Order();

    private static string Data(ManifestData data) =>
        $"{data.Name} {data.Split} {data.Sha256[..Math.Min(8, data.Sha256.Length)]}";

    private static string Attacks(RunManifest manifest) =>
        manifest.Attacks.Count == 0 ? "none" : string.Join(" ", manifest.Attacks.Select(a => a.Name));

    private static string Probes(RunManifest manifest) =>
        manifest.Probes is { } probes ? $"{probes.Examples} {string.Join(' ', probes.Attacks.Select(Text))}" : "";

    private static string Options(RunManifest manifest) => string.Join(' ', manifest.Attacks.Select(Text));

    private static IEnumerable<string> Changed(RunManifest a, RunManifest b) =>
        a.Attacks.Zip(b.Attacks).Where(p => Text(p.First) != Text(p.Second)).Select(p => p.First.Name);

    /// <summary>Id and options, whatever order the options were written in.</summary>
    private static string Text(ManifestAttack attack) =>
        attack.Id
        + new JsonObject(
            attack
                .Options.OrderBy(o => o.Key, StringComparer.Ordinal)
                .Select(o => KeyValuePair.Create(o.Key, o.Value?.DeepClone()))
        ).ToJsonString();
}
