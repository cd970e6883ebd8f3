using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether evaluated data is training data.</summary>
[Component(
    Findings.TrainingOverlap,
    "examples of the split are training examples too",
    "Barz and Denzler 2020, Do we train on test data?"
)]
internal sealed class TrainingOverlap : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        var data = evidence.Manifest.Data;
        if (data.Overlap is { } overlap and > 0)
        {
            var noun = data.Noun ?? "images";
            yield return Measured(
                Severity.Error,
                $"{Words.Count(overlap)} of the {Words.Count(data.Total)} {data.Split} {noun} are training {noun} too, value for value. What was learned by heart counts as right here.",
                "Remove the copies from one side, and train and evaluate again.",
                ("more than 0 examples", "own choice: a claim speaks of examples that were not trained on"),
                [("overlap", overlap)]
            );
        }
    }
}
