using Temper.Models;

namespace Temper.Training;

/// <summary>Where training stands; observers read it and may ask for a stop.</summary>
public sealed class TrainState
{
    internal TrainState(ModuleClassifier model, int totalSteps, int stepsPerEpoch) =>
        (Model, TotalSteps, StepsPerEpoch) = (model, totalSteps, stepsPerEpoch);

    /// <summary>Gets the model being trained.</summary>
    public ModuleClassifier Model { get; }

    /// <summary>Gets the weight updates of the whole training.</summary>
    public int TotalSteps { get; }

    /// <summary>Gets the weight updates of one epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Gets the weight updates done.</summary>
    public int Step { get; internal set; }

    /// <summary>Gets the sum over examples of the loss in the current epoch.</summary>
    public double LossSum { get; internal set; }

    /// <summary>Gets the examples right in the current epoch.</summary>
    public long Correct { get; internal set; }

    /// <summary>Gets the examples seen in the current epoch.</summary>
    public long Seen { get; internal set; }

    /// <summary>Gets the learning rate of the last step.</summary>
    public double LearningRate { get; internal set; }

    /// <summary>Gets the budget of the last step.</summary>
    public double Epsilon { get; internal set; }

    /// <summary>Gets the forward and backward passes spent, in examples.</summary>
    public QueryMeter Meter { get; } = new();

    /// <summary>Gets the seconds spent, resumed parts added.</summary>
    public double Seconds { get; internal set; }

    /// <summary>Gets why training was stopped early; null while it runs or when it ran to its end.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Gets whether the weights go back to the best ones kept.</summary>
    public bool RollBack { get; private set; }

    /// <summary>Gets what happened, in sentences, for the manifest.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Asks the trainer to stop after this epoch.</summary>
    /// <param name="reason">Why, one sentence.</param>
    /// <param name="rollBack">Whether the last weights are replaced by the best ones kept.</param>
    public void Stop(string reason, bool rollBack = false)
    {
        StopReason ??= reason;
        RollBack |= rollBack;
        Events.Add(reason);
    }

    internal void RestoreStop(string? reason, bool rollBack) => (StopReason, RollBack) = (reason, rollBack);
}
