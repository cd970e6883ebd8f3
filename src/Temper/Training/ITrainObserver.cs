using System.Text.Json.Nodes;

namespace Temper.Training;

/// <summary>Something optional that watches training. Throw freely: the trainer stops and reports.</summary>
public interface ITrainObserver
{
    /// <summary>Gets the name under which the observer's state is kept in checkpoints.</summary>
    string Name { get; }

    /// <summary>Called after every weight update.</summary>
    /// <param name="state">The training state.</param>
    void OnStep(TrainState state) { }

    /// <summary>Called after every epoch, once the validation figures are known.</summary>
    /// <param name="state">The training state.</param>
    /// <param name="record">The epoch's figures.</param>
    void OnEpoch(TrainState state, EpochRecord record) { }

    /// <summary>What the observer needs to go on after a resume; null for nothing.</summary>
    JsonNode? Save() => null;

    /// <summary>Takes back what <see cref="Save"/> returned.</summary>
    /// <param name="saved">The saved node.</param>
    void Restore(JsonNode saved) { }
}
