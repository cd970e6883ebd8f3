using System.Text.Json.Nodes;
using Temper.Errors;

namespace Temper.Training.Observers;

/// <summary>Stops a training that is stuck at chance: the loss within 1 % of ln(classes) for two epochs at full budget.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="budget">The full budget; epochs in the warm-up do not count.</param>
public sealed class ChanceWatch(int classes, double budget) : ITrainObserver
{
    private const int Patience = 2;
    private int _stuck;

    /// <inheritdoc/>
    public string Name => "chance-watch";

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        var chance = Math.Log(classes);
        var stuck = Math.Abs(record.Loss - chance) < 0.01 * chance && record.Epsilon >= budget * 0.999;
        _stuck = stuck ? _stuck + 1 : 0;
        if (_stuck >= Patience)
        {
            throw new RunFailedException(
                $"epoch {record.Epoch}: the loss has stood at {record.Loss:F3}, chance for {classes} classes, for {Patience} epochs: the model learns nothing. Let the budget grow (training.epsilon-warmup), or lower the learning rate (training.schedule)."
            );
        }
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["stuck"] = _stuck };

    /// <inheritdoc/>
    public void Restore(JsonNode saved) => _stuck = (int)saved["stuck"]!;
}
