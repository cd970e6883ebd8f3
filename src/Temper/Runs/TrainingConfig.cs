using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>How a model is trained.</summary>
public sealed record TrainingConfig
{
    /// <summary>Gets the training method.</summary>
    [Description("the training method: an id and its options")]
    public ComponentConfig Objective { get; init; } =
        new("pgd", ("steps", "10"), ("step", "rel:0.25"), ("start", "uniform"));

    /// <summary>Gets the number of epochs.</summary>
    [Description("epochs")]
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 8;

    /// <summary>Gets the batch size.</summary>
    [Description("examples per step")]
    [Range(1, 1_000_000)]
    public int Batch { get; init; } = 128;

    /// <summary>Gets the weight update.</summary>
    [Description("the weight update: an id (adam, sgd) and its options")]
    public ComponentConfig Optimizer { get; init; } = new("adam", ("weight-decay", "0"), ("momentum", "0.9"));

    /// <summary>Gets the learning rate over training, piecewise linear.</summary>
    [Description("corners [fraction of training, learning rate], linear in between; fractions rise from 0 to 1")]
    public IReadOnlyList<SchedulePoint> Schedule { get; init; } = [new(0, 0), new(0.4, 0.005), new(1, 0)];

    /// <summary>Gets the number of epochs over which ε grows linearly from 0.</summary>
    [Description("epochs over which ε grows linearly from 0, at most all of them; 0 = full from the start")]
    [Range(0d, 100_000d)]
    public double EpsilonWarmup { get; init; }

    /// <summary>Gets the mode the model is in while examples are crafted.</summary>
    [Description("mode of the model while training examples are crafted")]
    public InnerMode InnerMode { get; init; } = InnerMode.Evaluate;

    /// <summary>Gets the decay of the weight average.</summary>
    [Description("decay of the weight average per step; 0 = no average")]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Ema { get; init; }

    /// <summary>Gets the number of epochs without better validation robust accuracy after which training stops.</summary>
    [Description("stop after so many epochs without better validation robust accuracy; 0 = never")]
    [Range(0, 100_000)]
    public int EarlyStop { get; init; }

    /// <summary>Gets the largest number of steps between checkpoints.</summary>
    [Description("a checkpoint at least every so many steps")]
    [Range(1, 10_000_000)]
    public int CheckpointSteps { get; init; } = 200;

    /// <summary>Gets the attack by which the best epoch is chosen.</summary>
    [Description("the attack (PGD) by which the best epoch is chosen")]
    public ValidationConfig Validate { get; init; } = new();

    /// <summary>Gets whether catastrophic overfitting is watched for and rolled back.</summary>
    [Description("watch for catastrophic overfitting and roll back to the epoch before it")]
    public bool GuardOverfitting { get; init; } = true;

    /// <summary>Gets whether training that stays at chance is reported.</summary>
    [Description("watch for training that stays at the accuracy of guessing")]
    public bool GuardChance { get; init; } = true;

    /// <summary>Gets whether a model that answers one class is reported.</summary>
    [Description("watch for a model that gives one answer to nearly every validation example")]
    public bool GuardCollapse { get; init; } = true;

    /// <summary>Gets whether training goes on although settings are refused as too weak.</summary>
    [Description("train although the settings are refused as too weak; what was found stays in the manifest")]
    public bool AllowWeak { get; init; }

    /// <summary>Gets whether the figures of every epoch are written for TensorBoard as well.</summary>
    [Description("write the figures of every epoch for TensorBoard, into the run's folder tensorboard")]
    public bool Tensorboard { get; init; }
}
