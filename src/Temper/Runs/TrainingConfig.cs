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

    /// <summary>Gets the number of epochs over which ε grows from 0.</summary>
    [Description("epochs over which ε grows from 0, at most all of them; 0 = full from the start")]
    [Range(0d, 100_000d)]
    public double EpsilonWarmup { get; init; }

    /// <summary>Gets how ε grows over the warm-up.</summary>
    [Description("how ε grows over them: evenly, or by half a cosine")]
    [RegularExpression("linear|cosine", ErrorMessage = "linear or cosine")]
    public string EpsilonGrowth { get; init; } = "linear";

    /// <summary>Gets what the length of inner steps is multiplied with over training, piecewise linear.</summary>
    [Description(
        "corners [fraction of training, factor] of the length of inner steps, as in schedule; factors above 0"
    )]
    public IReadOnlyList<SchedulePoint> StepSchedule { get; init; } = [new(0, 1), new(1, 1)];

    /// <summary>Gets the mode the model is in while examples are crafted.</summary>
    [Description("mode of the model while training examples are crafted")]
    public InnerMode InnerMode { get; init; } = InnerMode.Evaluate;

    /// <summary>Gets the decay of the weight average.</summary>
    [Description("decay of the weight average per step; 0 = no average")]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Ema { get; init; }

    /// <summary>Gets the fraction of training after which weights are averaged equally.</summary>
    [Description(
        "fraction of training after which the weights at the ends of epochs are averaged equally (SWA), running statistics measured anew; 0 = no average"
    )]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Swa { get; init; }

    /// <summary>Gets the adversarial perturbation of weights.</summary>
    [Description("adversarial weight perturbation (AWP)")]
    public AwpConfig Awp { get; init; } = new();

    /// <summary>Gets the share of every label spread over all classes.</summary>
    [Description("share of every label that the training loss spreads over all classes; inner searches keep the label")]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>Gets the share of the loss at clean inputs.</summary>
    [Description(
        "share of the cross-entropy at clean inputs in the loss, the rest is the method's; 0 = the method alone"
    )]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double CleanShare { get; init; }

    /// <summary>Gets the largest norm of the gradient.</summary>
    [Description("largest L2 norm of the gradient of all weights together, longer ones are shortened; 0 = as they are")]
    [Range(0d, 1e6)]
    public double Clip { get; init; }

    /// <summary>Gets the model whose weights training starts from.</summary>
    [Description(
        "start from the weights of a model: a run's folder or a file (.safetensors, .pt, .onnx), whose network takes the place of model; as --from"
    )]
    public string? From { get; init; }

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

    /// <summary>Gets whether the figures of every epoch are written for TensorBoard as well.</summary>
    [Description("write the figures of every epoch for TensorBoard, into the run's folder tensorboard")]
    public bool Tensorboard { get; init; }
}
