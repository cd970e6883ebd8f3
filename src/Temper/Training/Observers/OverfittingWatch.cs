using System.Text.Json.Nodes;

namespace Temper.Training.Observers;

/// <summary>Catches catastrophic overfitting: the model learns the one-step attack by heart and falls to any other.</summary>
/// <remarks>
/// Signs, at full budget: FGSM accuracy above clean accuracy by 2 points; PGD accuracy 20 points under its best; PGD accuracy 10 points
/// under its best while FGSM accuracy rose and is 20 points above it; or FGSM accuracy 20 points above PGD accuracy for two epochs in which
/// PGD accuracy does not rise, or, where it is less than half of FGSM's, rises by less than 5 points (Wong et al. 2020; de Jorge et al.
/// 2022). A young model shows the gap too, but its PGD accuracy rises fast. Training stops and the best weights come back.
/// </remarks>
/// <param name="budget">The full budget; epochs in the warm-up do not count.</param>
public sealed class OverfittingWatch(double budget) : ITrainObserver
{
    private const double Gap = 0.20;
    private const double OverClean = 0.02;

    // Where the one-step attack finds less and the other more, a smaller fall says as much.
    private const double Parting = 0.10;
    private const double SlowRise = 0.05;
    private const int Patience = 2;
    private double _best = -1;
    private double _fgsmAtBest = -1;
    private int _stuck;

    /// <inheritdoc/>
    public string Name => "overfitting-watch";

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        if (record.Epsilon < budget * 0.999)
        {
            return;
        }
        var v = record.Validation;
        var (clean, fgsm, pgd) = (v.CleanRate, (double)v.Fgsm / v.Examples, (double)v.Pgd / v.Examples);
        var isApart = fgsm - pgd > Gap;
        var rises = pgd > _best + (pgd < fgsm / 2 ? SlowRise : 0);
        _stuck = isApart && !rises ? _stuck + 1 : 0;
        string? sign =
            fgsm > clean + OverClean ? $"FGSM leaves more right ({fgsm:P1}) than clean inputs ({clean:P1})"
            : _best - pgd > Gap ? $"PGD accuracy fell from {_best:P1} to {pgd:P1}"
            : isApart && _best - pgd > Parting && fgsm >= _fgsmAtBest
                ? $"FGSM accuracy rose from {_fgsmAtBest:P1} to {fgsm:P1}, and PGD accuracy fell from {_best:P1} to {pgd:P1}"
            : _stuck >= Patience
                ? $"FGSM leaves {fgsm:P1} right, PGD {pgd:P1}, which has hardly risen for {Patience} epochs"
            : null;
        if (sign is not null)
        {
            state.Stop(
                $"epoch {record.Epoch}: catastrophic overfitting ({sign}); training stopped and the best weights came back. A smaller step, n-fgsm or pgd avoids it.",
                rollBack: true
            );
        }
        if (pgd > _best)
        {
            (_best, _fgsmAtBest) = (pgd, fgsm);
        }
    }

    /// <inheritdoc/>
    public JsonNode Save() =>
        new JsonObject
        {
            ["best"] = _best,
            ["fgsmAtBest"] = _fgsmAtBest,
            ["stuck"] = _stuck,
        };

    /// <inheritdoc/>
    public void Restore(JsonNode saved) =>
        (_best, _fgsmAtBest, _stuck) = ((double)saved["best"]!, (double)saved["fgsmAtBest"]!, (int)saved["stuck"]!);
}
