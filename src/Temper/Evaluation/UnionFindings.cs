using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>What was not tried in an evaluation under a union of norms.</summary>
internal static class UnionFindings
{
    /// <summary>Whether every attack of a list ran under a member; under the threat itself where that is no union.</summary>
    public static bool RanWhole(RunManifest manifest, string list, ManifestThreat member)
    {
        var all = manifest
            .Attacks.Where(a => a.List == list)
            .ToLookup(a => a.Threat is null || a.Threat == member.Text);
        return all[true].Any() && all[false].All(a => all[true].Any(ran => Asked(ran) == Asked(a)));

        static string Asked(ManifestAttack attack) =>
            attack.Threat is null ? attack.Name : attack.Name[..Math.Max(0, attack.Name.LastIndexOf('@'))];
    }

    public static IEnumerable<Finding> Of(RunManifest manifest)
    {
        var members = manifest.Threat.Members ?? [];
        var ran = manifest.Attacks.Select(a => a.Name).ToHashSet(StringComparer.Ordinal);
        // A name ends in an @ and the norm of the member.
        var asked = ran.Select(name => name[..Math.Max(0, name.LastIndexOf('@'))]).Distinct(StringComparer.Ordinal);
        foreach (var attack in asked)
        {
            string[] left = [.. members.Where(m => !ran.Contains($"{attack}@{m.Norm}")).Select(m => m.Text)];
            if (left.Length > 0)
            {
                yield return new Finding(
                    Findings.MemberLeftOut,
                    Severity.Warning,
                    $"{attack} cannot search under {Words.List(left)} and was left out there.",
                    "Add an attack of the same kind that can, or read the count as one without it."
                );
            }
        }
    }
}
