using Temper.Runs;

namespace Temper.Evaluation.Probing;

/// <summary>Counts the probes of an evaluation.</summary>
internal static class ProbeTallies
{
    /// <summary>Every attack of an evaluation by name: the phase it belongs to, and whether what it breaks is broken under the threat evaluated.</summary>
    public static Dictionary<string, (string Phase, bool Counts)?> Known(RunManifest manifest)
    {
        var members = (manifest.Threat.Members ?? []).Select(m => m.Text).ToHashSet(StringComparer.Ordinal);
        var known = manifest.Attacks.ToDictionary(
            a => a.Name,
            _ => ((string, bool)?)(AttemptRow.Cascade, true),
            StringComparer.Ordinal
        );
        foreach (var probe in manifest.Probes?.Attacks ?? [])
        {
            known.Add(probe.Name, (AttemptRow.Probe, probe.Threat is null || members.Contains(probe.Threat)));
        }
        return known;
    }

    public static IReadOnlyList<ProbeTally> Of(
        RunManifest manifest,
        IReadOnlyList<LedgerRow> ledger,
        IReadOnlyList<AttemptRow> attempts
    )
    {
        if (manifest.Probes is not { } probes)
        {
            return [];
        }
        var rows = attempts.Where(r => r.Phase == AttemptRow.Probe).ToLookup(r => r.Attack, StringComparer.Ordinal);
        return
        [
            .. probes.Attacks.Select(probe =>
            {
                var mine = rows[probe.Name].ToList();
                var outcomes = new Dictionary<long, bool>();
                foreach (var row in mine)
                {
                    outcomes[row.Index] = outcomes.GetValueOrDefault(row.Index) || row.Outcome == AttemptRow.Broken;
                }
                return new ProbeTally(
                    probe.Name,
                    probe.Id,
                    probe.Options,
                    probe.Threat,
                    Math.Min(probes.Examples, ledger.Count),
                    outcomes,
                    mine.Sum(r => r.Forwards),
                    mine.Sum(r => r.Gradients),
                    probe.Seconds
                )
                {
                    Notices = probe.Notices ?? [],
                };
            }),
        ];
    }
}
