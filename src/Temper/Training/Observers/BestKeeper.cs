using System.Text.Json.Nodes;
using Temper.Models;

namespace Temper.Training.Observers;

/// <summary>Keeps the weights of the best epoch by validation robust accuracy, by what is proven of it where the method knows a bound, or by clean accuracy where nothing was trained to hold; the earlier epoch wins a tie.</summary>
/// <remarks>An epoch in which nearly every example gets one answer is kept only while there is no other: where its class is frequent it would look robust.</remarks>
/// <param name="path">The weight file.</param>
/// <param name="average">The weight average that is kept instead of the live weights; null for none.</param>
/// <param name="metadata">What the file says about the model.</param>
/// <param name="byClean">Whether clean accuracy decides.</param>
public sealed class BestKeeper(
    string path,
    WeightAverage? average,
    IReadOnlyDictionary<string, string> metadata,
    bool byClean = false
) : ITrainObserver
{
    // As large as that it is named.
    private const double Gap = 0.015;

    private bool _collapsed;

    /// <inheritdoc/>
    public string Name => "best";

    /// <summary>Gets the best epoch, 1 first; 0 before any.</summary>
    public int Epoch { get; private set; }

    /// <summary>Gets the validation examples the best epoch left right.</summary>
    public int Right { get; private set; } = -1;

    /// <summary>Gets the figures of the best epoch; null before any.</summary>
    public KeptEpoch? Best { get; private set; }

    /// <summary>Gets the figures of the last epoch; null before any.</summary>
    public KeptEpoch? Last { get; private set; }

    /// <summary>Gets the sentence where the last epoch holds clearly less than the best one (Rice et al. 2020); else null.</summary>
    public string? RobustOverfitting
    {
        get
        {
            if (byClean || Best is not { } best || Last is not { } last || best.RobustRate - last.RobustRate <= Gap)
            {
                return null;
            }
            var points = 100 * (best.RobustRate - last.RobustRate);
            return $"robust overfitting: epoch {best.Epoch} left {best.RobustRate:P1} of the validation examples right under attack, the last, {last.Epoch}, {last.RobustRate:P1}, {points:F1} points less. The weights of epoch {best.Epoch} are the ones evaluated; fewer epochs, training.early-stop or training.ema narrow the gap.";
        }
    }

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        Last = KeptEpoch.Of(record);
        var right = byClean ? record.Validation.Clean : record.Validation.Decisive;
        var collapsed = record.Validation.IsCollapsed;
        if (Epoch > 0 && (collapsed == _collapsed ? right <= Right : collapsed))
        {
            return;
        }
        _collapsed = collapsed;
        (Epoch, Right, Best) = (record.Epoch, right, Last);
        using (average?.Applied())
        {
            Weights.Save(state.Model.Module, path, metadata);
        }
    }

    /// <inheritdoc/>
    public JsonNode Save() =>
        new JsonObject
        {
            ["epoch"] = Epoch,
            ["right"] = Right,
            ["collapsed"] = _collapsed,
            ["best"] = Best?.ToNode(),
            ["last"] = Last?.ToNode(),
        };

    /// <inheritdoc/>
    public void Restore(JsonNode saved)
    {
        (Epoch, Right, _collapsed) = ((int)saved["epoch"]!, (int)saved["right"]!, (bool)saved["collapsed"]!);
        (Best, Last) = (KeptEpoch.From(saved["best"]), KeptEpoch.From(saved["last"]));
    }
}
