using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether a norm moves values that are levels of categories.</summary>
[Component(
    Findings.CategoriesAsNumbers,
    "levels of categories are perturbed as numbers",
    "Simonetto et al. 2022, A unified framework for adversarial attack and defense in constrained feature space"
)]
internal sealed class CategoriesAsNumbers : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        if (evidence.Manifest.Data.OneHot is { } levels)
        {
            yield return Certain(
                Severity.Warning,
                $"{Words.Count(levels)} values of a row stand for levels of categories, 0 or 1 each. The threat model moves them like numbers, to rows that no record can have.",
                "Read the figures as those of the encoded values; a threat model that leaves categories alone would be narrower."
            );
        }
    }
}
