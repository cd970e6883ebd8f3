using System.Text.Json.Nodes;

namespace Temper.Training.Observers;

/// <summary>Catches catastrophic overfitting: the model learns the one-step attack by heart and falls to any other.</summary>
/// <remarks>
/// Signs: FGSM accuracy above PGD accuracy by 20 points, FGSM accuracy above clean accuracy by 2 points, or PGD accuracy
/// 20 points under its best (Wong et al. 2020; de Jorge et al. 2022). Training stops and the best weights come back.
/// </remarks>
public sealed class OverfittingWatch : ITrainObserver
{
    private const double Gap = 0.20;
    private const double OverClean = 0.02;
    private double _best;

    /// <inheritdoc/>
    public string Name => "overfitting-watch";

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        var v = record.Validation;
        var (clean, fgsm, pgd) = (v.CleanRate, (double)v.Fgsm / v.Examples, (double)v.Pgd / v.Examples);
        string? sign =
            fgsm - pgd > Gap ? $"FGSM leaves {fgsm:P1} right, PGD {pgd:P1}"
            : fgsm > clean + OverClean ? $"FGSM leaves more right ({fgsm:P1}) than clean inputs ({clean:P1})"
            : _best - pgd > Gap ? $"PGD accuracy fell from {_best:P1} to {pgd:P1}"
            : null;
        if (sign is not null)
        {
            state.Stop(
                $"epoch {record.Epoch}: catastrophic overfitting ({sign}); training stopped and the best weights came back. A smaller step, n-fgsm or pgd avoids it.",
                rollBack: true
            );
        }
        _best = Math.Max(_best, pgd);
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["best"] = _best };

    /// <inheritdoc/>
    public void Restore(JsonNode saved) => _best = (double)saved["best"]!;
}
