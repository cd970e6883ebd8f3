using System.Text.Json.Nodes;

namespace Temper.Training.Observers;

/// <summary>Stops when validation robust accuracy has not risen for some epochs (robust overfitting, Rice et al. 2020).</summary>
/// <param name="patience">The epochs to wait.</param>
public sealed class EarlyStop(int patience) : ITrainObserver
{
    private int _best = -1;
    private int _waited;

    /// <inheritdoc/>
    public string Name => "early-stop";

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        if (record.Validation.Decisive > _best)
        {
            (_best, _waited) = (record.Validation.Decisive, 0);
        }
        else if (++_waited >= patience)
        {
            state.Stop(
                $"epoch {record.Epoch}: stopped early, validation robust accuracy has not risen for {patience} epochs."
            );
        }
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["best"] = _best, ["waited"] = _waited };

    /// <inheritdoc/>
    public void Restore(JsonNode saved) => (_best, _waited) = ((int)saved["best"]!, (int)saved["waited"]!);
}
