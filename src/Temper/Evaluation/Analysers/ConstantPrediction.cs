using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether the model answers with one class.</summary>
[Component(
    Findings.ConstantPrediction,
    "nearly all predictions are one class",
    "Simonetto et al. 2024, TabularBench, where such models led the table"
)]
internal sealed class ConstantPrediction : Analyser
{
    /// <summary>Beyond this share of equal predictions the model is taken to answer with one class.</summary>
    private const double Share = 0.9;

    /// <summary>Fewer predictions than this are equal by chance too easily.</summary>
    private const int Enough = 20;

    private static readonly (string, string) Threshold = (
        "more than 90 % of at least 20 predictions",
        "own choice: far above the share of a class in any data that is not nearly all one class, which is left out"
    );

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        var labels = evidence.Ledger.Select(r => r.Label).ToList();
        var clean = evidence.Ledger.Select(r => r.CleanPrediction).ToList();
        // Data that is nearly all one class is predicted so with good reason.
        if (Dominant(labels) is null && Dominant(clean) is { } one)
        {
            yield return Measured(
                Severity.Error,
                $"The model answers class {one.Class} for {Words.Percent(one.Share)} of the clean examples.",
                "Check the preprocessing, the order of the labels, and whether training collapsed.",
                Threshold,
                [("cleanShare", one.Share)]
            );
        }
        var adversarial = evidence.Ledger.Select(r => r.AdversarialPrediction).OfType<int>().ToList();
        // Where one class is aimed at, one answer is what was asked for.
        if (evidence.Goal.Class is null && Dominant(adversarial) is { } other)
        {
            yield return Measured(
                Severity.Warning,
                $"At {Words.Percent(other.Share)} of the {Words.Count(adversarial.Count)} points that broke an example the model answers class {other.Class}.",
                "Look at the gallery: one class as the answer to every attack suggests a default output, often from saturated or damaged scores.",
                Threshold,
                [("adversarialShare", other.Share)]
            );
        }
    }

    private static (int Class, double Share)? Dominant(List<int> classes)
    {
        if (classes.Count < Enough)
        {
            return null;
        }
        var most = classes.CountBy(c => c).OrderByDescending(c => c.Value).ThenBy(c => c.Key).First();
        var share = most.Value / (double)classes.Count;
        return share > Share ? (most.Key, share) : null;
    }
}
