using System.Text.Json.Nodes;
using Temper.Errors;

namespace Temper.Training.Observers;

/// <summary>Stops a training whose model gives one answer to nearly every validation example: such a model looks robust where its class is frequent.</summary>
/// <remarks>
/// At full budget, for two epochs: nine tenths of what the most frequent class leaves over get its answer. A model that was better
/// before gets its best weights back.
/// </remarks>
/// <param name="budget">The full budget; epochs in the warm-up do not count.</param>
public sealed class CollapseWatch(double budget) : ITrainObserver
{
    private const int Patience = 2;
    private int _collapsed;
    private bool _stood;

    /// <inheritdoc/>
    public string Name => "collapse-watch";

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        var v = record.Validation;
        if (!v.IsCollapsed)
        {
            (_stood, _collapsed) = (true, 0);
            return;
        }
        _collapsed += record.Epsilon >= budget * 0.999 ? 1 : 0;
        if (_collapsed < Patience)
        {
            return;
        }
        var found =
            $"epoch {record.Epoch}: the model gives one answer to {v.MostAnswered} of {v.Examples} validation examples, for {Patience} epochs";
        const string Cure =
            "Let the budget grow (training.epsilon-warmup), lower the learning rate (training.schedule), or the weight of the method.";
        if (!_stood)
        {
            throw new RunFailedException($"{found}: its predictions have collapsed. {Cure}");
        }
        state.Stop(
            $"{found}: its predictions have collapsed; training stopped and the best weights came back. {Cure}",
            rollBack: true
        );
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["collapsed"] = _collapsed, ["stood"] = _stood };

    /// <inheritdoc/>
    public void Restore(JsonNode saved) => (_collapsed, _stood) = ((int)saved["collapsed"]!, (bool)saved["stood"]!);
}
