using Temper.Evaluation.Foretelling;
using Temper.Models;

namespace Temper.Evaluation.Health;

/// <summary>What a health check costs at most.</summary>
internal static class HealthWork
{
    /// <summary>The errand of a check.</summary>
    /// <param name="model">The model; borrowed.</param>
    /// <param name="examples">The size of the subset, which is asked in one batch.</param>
    /// <param name="binarises">Whether points are planted and searched for.</param>
    public static Errand Of(IClassifier model, int examples, bool binarises)
    {
        long n = examples;
        // The scores themselves, asked again, in other company and alone, with gradients switched on; points nearby.
        var forwards = (n * (SamenessMeasure.Repeats + 2)) + Math.Min(n, SamenessMeasure.MostAlone);
        forwards += n * (ScoreMeasure.Points + 2);
        var gradients = 0L;
        if (model.Access == Access.Gradients)
        {
            var losses = GradientMeasure.Losses.Count;
            var search = SearchMeasure.ScaleSearch.Ceiling(model.Classes)!.Value;
            var followed = Math.Min(n, SearchMeasure.MostFollowed) * (SearchMeasure.Steps + 1);
            // Each loss is tried once, and followed at two points.
            forwards += (n * ((3 * losses) + 1 + GradientMeasure.Points + (2 * search.Forwards))) + followed;
            gradients += (n * ((3 * losses) + 1 + (2 * search.Gradients))) + followed;
            if (binarises)
            {
                forwards += n * BinarisationMeasure.Ceiling.Forwards;
                gradients += n * BinarisationMeasure.Ceiling.Gradients;
            }
        }
        return new(HealthCheck.Stage, "", 1, new(forwards, gradients), 1);
    }
}
