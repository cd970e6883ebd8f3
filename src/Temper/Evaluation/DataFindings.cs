using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>The doubts that the data itself raises.</summary>
internal static class DataFindings
{
    public static IEnumerable<Finding> Of(ManifestData data)
    {
        if (data.Overlap is { } overlap and > 0)
        {
            yield return new Finding(
                Findings.TrainingOverlap,
                Severity.Warning,
                $"{Words.Count(overlap)} of the {Words.Count(data.Total)} {data.Split} {data.Noun ?? "images"} are training {data.Noun ?? "images"} too, value for value. What was learned by heart counts as right here.",
                "Remove the copies from one side, and train and evaluate again."
            );
        }
        if (data.OneHot is { } levels)
        {
            yield return new Finding(
                Findings.CategoriesAsNumbers,
                Severity.Warning,
                $"{Words.Count(levels)} values of a row stand for levels of categories, 0 or 1 each. The threat model moves them like numbers, to rows that no record can have.",
                "Read the figures as those of the encoded values; a threat model that leaves categories alone would be narrower."
            );
        }
    }
}
