using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether losses gave way to others because the model tells too few classes apart.</summary>
[Component(
    "TMP148",
    "losses gave way to others for lack of classes",
    "Croce and Hein 2020: the ratio of differences needs three classes, its targeted form four"
)]
internal sealed class LossesReplaced : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        string[] replaced =
        [
            .. evidence
                .Attacks.SelectMany(a => a.Notices)
                .Concat(evidence.Probes.SelectMany(p => p.Notices))
                .Where(n => n.EndsWith("takes its place.", StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal),
        ];
        if (replaced.Length > 0)
        {
            yield return Certain(
                Severity.Info,
                string.Join(' ', replaced),
                "Nothing: the margin asks the same of so few classes."
            );
        }
    }
}
