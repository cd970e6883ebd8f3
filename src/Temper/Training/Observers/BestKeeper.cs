using System.Text.Json.Nodes;
using Temper.Models;

namespace Temper.Training.Observers;

/// <summary>Keeps the weights of the best epoch by validation robust accuracy, by what is proven of it where the method knows a bound, or by clean accuracy where nothing was trained to hold; the earlier epoch wins a tie.</summary>
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
    /// <inheritdoc/>
    public string Name => "best";

    /// <summary>Gets the best epoch, 1 first; 0 before any.</summary>
    public int Epoch { get; private set; }

    /// <summary>Gets the validation examples the best epoch left right.</summary>
    public int Right { get; private set; } = -1;

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        var right = byClean ? record.Validation.Clean : record.Validation.Decisive;
        if (right <= Right)
        {
            return;
        }
        (Epoch, Right) = (record.Epoch, right);
        using (average?.Applied())
        {
            Weights.Save(state.Model.Module, path, metadata);
        }
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["epoch"] = Epoch, ["right"] = Right };

    /// <inheritdoc/>
    public void Restore(JsonNode saved) => (Epoch, Right) = ((int)saved["epoch"]!, (int)saved["right"]!);
}
