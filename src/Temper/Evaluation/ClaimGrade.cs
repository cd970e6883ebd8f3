using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>Whether the attacks are such that a claim may rest on them.</summary>
internal static class ClaimGrade
{
    /// <summary>The lists of attacks of which a claim needs one, whole and unchanged.</summary>
    private static readonly string[] Lists = ["autoattack", "autoattack-plus"];

    /// <summary>Whether such a list ran whole, under every norm there is.</summary>
    public static bool IsReached(Evidence evidence) =>
        (evidence.Manifest.Threat.Members ?? [evidence.Manifest.Threat]).All(member =>
            Lists.Any(list => RanWhole(evidence.Manifest, list, member))
        );

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
}
