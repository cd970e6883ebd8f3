using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether a model has learnt to answer right after one full step, and only there.</summary>
/// <remarks>
/// A naturally trained net may fall to many steps far more than to one as well. What it does not do is stand after the full step and
/// fall on the way to it, nor fall to one step so rarely that many steps break four times as much: one of the two is asked for besides.
/// </remarks>
[Component(
    "TMP130",
    "catastrophic overfitting: shorter steps break what the full step does not, and many steps nearly everything",
    "Kim et al. 2021, Understanding catastrophic overfitting in single-step adversarial training; Wong et al. 2020, Fast is better than free"
)]
internal sealed class CatastrophicOverfitting : Analyser
{
    /// <summary>By what share of the examples ten steps of PGD must break more than one step.</summary>
    private const double Gap = 0.2;

    /// <summary>By what share of the examples a shorter step alone must break more than the full step alone.</summary>
    private const double Shorter = 0.1;

    /// <summary>How many times what one step breaks ten steps break where one step finds nearly nothing.</summary>
    private const int Multiple = 4;

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence) =>
        evidence.ProbeGroups.Select(Look).OfType<Suspicion>();

    private Suspicion? Look(ProbeGroup group)
    {
        var iterative = PairedEffect.Of(group, ProbeNames.Pgd10, ProbeNames.Fgsm);
        var shorter = ((string[])[ProbeNames.FgsmHalf, ProbeNames.FgsmQuarter])
            .Select(name => PairedEffect.Of(group, name, ProbeNames.Fgsm))
            .OfType<PairedEffect>()
            .MaxBy(e => e.Share);
        if (iterative is null || shorter is null)
        {
            return null;
        }
        var isMasked = group[ProbeNames.Pgd10]!.Broken > Multiple * group[ProbeNames.Fgsm]!.Broken;
        // Where both must hold, the larger p-value counts; the better of two lengths was taken, so its own is doubled.
        var p = isMasked ? iterative.P : Math.Max(iterative.P, Math.Min(1, 2 * shorter.P));
        return iterative.Share > Gap && (isMasked || shorter.Share > Shorter)
            ? Measured(
                Severity.Error,
                $"Under {group.Threat}, ten steps of PGD break {Words.Points(iterative.Share)} more of the examples than one step{(isMasked ? $", which breaks {Words.Count(group[ProbeNames.Fgsm]!.Broken)} of them only" : $", and a shorter step breaks what the full one leaves: {shorter.Counts}")}. The model withstands the one step that training looked at, and little else.",
                "Train against several steps or with strong noise (pgd, n-fgsm), and watch FGSM against PGD after every epoch.",
                (
                    "more than 20 points between PGD and FGSM, and more than 10 points by a shorter step alone or PGD breaking 4 times as many",
                    "20 points: far beyond gaps after sound training, below those reported for overfitted nets (Wong et al. 2020); 10 points and 4 times: own choice"
                ),
                [
                    ("examples", iterative.Examples),
                    ("pgdBeyondFgsm", iterative.Share),
                    ("shorterBeyondFull", shorter.Share),
                    ("brokenByShorterAlone", shorter.FirstOnly),
                    ("brokenByFullAlone", shorter.SecondOnly),
                ],
                p
            )
            : new(null, p);
    }
}
