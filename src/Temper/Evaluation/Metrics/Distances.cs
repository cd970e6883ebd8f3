namespace Temper.Evaluation.Metrics;

/// <summary>Distances of the nearest wrong points found, over the examples that are right without an attack.</summary>
/// <param name="N">These examples.</param>
/// <param name="Broken">Those with a distance; of the others it is known to be beyond what was found.</param>
/// <param name="Minimised">Those whose distance comes from an attack that looks for the nearest wrong point.</param>
/// <param name="Sought">Whether such an attack ran: without one, distances lie near the budget and say little.</param>
/// <param name="Quantiles">Quantiles, shares rising.</param>
internal sealed record Distances(
    int N,
    int Broken,
    int Minimised,
    bool Sought,
    IReadOnlyList<DistanceQuantile> Quantiles
)
{
    private static readonly double[] Shares = [0.1, 0.25, 0.5, 0.75, 0.9];

    /// <summary>Attacks that look for the nearest wrong point instead of any within the budget.</summary>
    internal static readonly IReadOnlySet<string> Seekers = new HashSet<string>(StringComparer.Ordinal)
    {
        "boundary",
        "cw",
        "ddn",
        "deepfool",
        "fab",
        "fab-t",
        "fmn",
        "hop-skip-jump",
        "rays",
        "sigma-zero",
    };

    /// <summary>The distances of an evaluation; null under a union, whose members' distances have no common unit.</summary>
    /// <remarks>
    /// The smallest distance of any attempt that broke the example under the threat evaluated. An upper bound on that of the nearest
    /// wrong point, so that every quantile is one, too, until it is censored.
    /// </remarks>
    public static Distances? Of(Evidence evidence)
    {
        var manifest = evidence.Manifest;
        long[] right =
        [
            .. evidence
                .Ledger.Where(r => r.BrokenBy != LedgerRow.Clean && !evidence.Goal.Spares(r.Label))
                .Select(r => r.Index),
        ];
        if (manifest.Threat.Members is not null || manifest.Threat.Epsilon == 0 || right.Length == 0)
        {
            return null;
        }
        var seekers = manifest
            .Attacks.Concat((manifest.Probes?.Attacks ?? []).Where(p => p.Threat is null))
            .Where(a => Seekers.Contains(a.Id))
            .Select(a => a.Name)
            .ToHashSet(StringComparer.Ordinal);
        var foreign = (manifest.Probes?.Attacks ?? [])
            .Where(p => p.Threat is not null)
            .Select(p => p.Name)
            .ToHashSet(StringComparer.Ordinal);
        var nearest = new Dictionary<long, (double Distance, bool Minimised)>();
        foreach (var row in evidence.Attempts)
        {
            if (row.Outcome != AttemptRow.Broken || row.Distance is not { } distance || foreign.Contains(row.Attack))
            {
                continue;
            }
            if (!nearest.TryGetValue(row.Index, out var known) || distance < known.Distance)
            {
                nearest[row.Index] = (distance, seekers.Contains(row.Attack));
            }
        }
        double[] found = [.. right.Where(nearest.ContainsKey).Select(i => nearest[i].Distance).Order()];
        return new(
            right.Length,
            found.Length,
            right.Count(i => nearest.TryGetValue(i, out var n) && n.Minimised),
            seekers.Count > 0,
            [.. Shares.Select(share => Quantile(share, found, right.Length, manifest.Threat.Epsilon))]
        );
    }

    /// <summary>The smallest distance that at least this share of the examples is within.</summary>
    private static DistanceQuantile Quantile(double share, double[] found, int n, double budget)
    {
        // A hair less, so that a tenth of ten examples is one example.
        var rank = (int)Math.Ceiling((share * n) - 1e-9);
        return rank <= found.Length ? new(share, found[Math.Max(1, rank) - 1], false) : new(share, budget, true);
    }
}
