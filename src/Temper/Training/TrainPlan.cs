using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;

namespace Temper.Training;

/// <summary>Everything a training is made of; immutable.</summary>
public sealed record TrainPlan
{
    /// <summary>Gets the model; borrowed.</summary>
    public required ModuleClassifier Model { get; init; }

    /// <summary>Gets the training examples.</summary>
    public required BatchSource Train { get; init; }

    /// <summary>Gets what measures the model on validation examples.</summary>
    public required Validator Validator { get; init; }

    /// <summary>Gets the threat model at full budget, of any wrong class.</summary>
    /// <exception cref="Errors.ThreatException">Its goal is a class.</exception>
    public required ThreatModel Threat
    {
        get;
        init => field = TrainingGoal.Untargeted(value);
    }

    /// <summary>Gets the objective.</summary>
    public required Objective Objective { get; init; }

    /// <summary>Gets the weight update; borrowed.</summary>
    public required WeightUpdate Update { get; init; }

    /// <summary>Gets the learning rate over the fraction of training done.</summary>
    public required Schedule LearningRate { get; init; }

    /// <summary>Gets the weight average; borrowed; null for none.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>Gets where the objective finds other networks; borrowed; null where it needs none.</summary>
    public IModelSource? Others { get; init; }

    /// <summary>Gets the number of epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Gets the batch size.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Gets the epochs over which the budget grows from 0.</summary>
    public double EpsilonWarmup { get; init; }

    /// <summary>Gets how it grows.</summary>
    public Growth EpsilonGrowth { get; init; } = Growth.Linear;

    /// <summary>Gets the mode the examples are crafted in.</summary>
    public Mode InnerMode { get; init; } = Mode.Evaluate;

    /// <summary>Gets the steps between checkpoints.</summary>
    public int CheckpointSteps { get; init; } = 200;

    /// <summary>Gets the stream.</summary>
    public required Rng Rng { get; init; }
}
