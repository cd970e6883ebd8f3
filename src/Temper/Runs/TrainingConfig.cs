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
    [Guidance(
        "ε_t = ε · t/T over the first T steps, or ε · (1 − cos(π t/T))/2 (training.epsilon-growth)",
        "Training that stays at chance under the full ε, as on MNIST at 0.3; any training on bounds.",
        "More than three quarters of the epochs: hardly any training is at the full ε.",
        Source = "Gowal et al. 2018 for bounds; usual elsewhere"
    )]
    public double EpsilonWarmup { get; init; }

    /// <summary>Gets how ε grows over the warm-up.</summary>
    [Description("how ε grows over them: evenly, or by half a cosine")]
    [RegularExpression("linear|cosine", ErrorMessage = "linear or cosine")]
    public string EpsilonGrowth { get; init; } = "linear";

    /// <summary>Gets what the length of inner steps is multiplied with over training, piecewise linear.</summary>
    [Description(
        "corners [fraction of training, factor] of the length of inner steps, as in schedule; factors above 0"
    )]
    [Guidance(
        "α_t = α · factor(t)",
        "Coarse searches first, fine ones at the end.",
        "APGD inside, which sets its own steps; methods without an option for the length of a step."
    )]
    public IReadOnlyList<SchedulePoint> StepSchedule { get; init; } = [new(0, 1), new(1, 1)];

    /// <summary>Gets the mode the model is in while examples are crafted.</summary>
    [Description("mode of the model while training examples are crafted")]
    public InnerMode InnerMode { get; init; } = InnerMode.Evaluate;

    /// <summary>Gets the decay of the weight average.</summary>
    [Description("decay of the weight average per step; 0 = no average")]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    [Guidance(
        "w̄ ← d · w̄ + (1 − d) · w after each step, d = min(decay, (1 + t)/(10 + t)); w̄ is validated and kept",
        "Nearly always: a point or so in published robust accuracy, and less robust overfitting. Decays of 0.99 to 0.9998, the longer the training the larger.",
        "Trainings of a few hundred steps with a large decay: the average hangs on early weights.",
        Source = "Polyak averaging; for robust training Gowal et al. 2020, Uncovering the limits of adversarial training"
    )]
    public double Ema { get; init; }

    /// <summary>Gets the fraction of training after which weights are averaged equally.</summary>
    [Description(
        "fraction of training after which the weights at the ends of epochs are averaged equally (SWA), running statistics measured anew; 0 = no average"
    )]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    [Guidance(
        "w̄ = mean of the weights at the ends of the last epochs; running statistics of BatchNorm measured anew",
        "Trainings whose learning rate stays up at the end.",
        "Schedules that fall to 0, where the last epochs hardly differ; together with training.ema, which takes its place.",
        Cost = "one forward pass over the training examples an epoch, where there is BatchNorm",
        Source = "Izmailov et al. 2018, Averaging weights leads to wider optima and better generalization"
    )]
    public double Swa { get; init; }

    /// <summary>Gets the adversarial perturbation of weights.</summary>
    [Description("adversarial weight perturbation (AWP)")]
    [Guidance(
        "loss at w + v, moves w; v_l = γ · ‖w_l‖ · g_l/‖g_l‖ for each weight of more than one dimension, g the gradient of the loss at w",
        "Robust overfitting: the last epoch comes out near the best, and published gains are 2 points under AutoAttack (CIFAR-10). γ 0.01, with trades 0.005.",
        "Short trainings and small networks, which hardly overfit: the passes are better spent on epochs. From the first step with trades: give it a warm-up.",
        Cost = "the passes of the loss once more, the search not",
        Source = "Wu et al. 2020, Adversarial weight perturbation helps robust generalization"
    )]
    public AwpConfig Awp { get; init; } = new();

    /// <summary>Gets the share of every label spread over all classes.</summary>
    [Description("share of every label that the training loss spreads over all classes; inner searches keep the label")]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    [Guidance(
        "y_s = (1 − s) · y + s/C in the cross-entropies that train the weights; searches keep the label",
        "Over-confident models; s of 0.1 to 0.2.",
        "s above 0.2, where published gains end (above 0.3 it did harm): it widens the gap between PGD and AutoAttack by flattening the loss that PGD follows. Judge by AutoAttack.",
        Source = "Szegedy et al. 2016, Rethinking the inception architecture for computer vision"
    )]
    public double LabelSmoothing { get; init; }

    /// <summary>Gets the share of the loss at clean inputs.</summary>
    [Description(
        "share of the cross-entropy at clean inputs in the loss, the rest is the method's; 0 = the method alone"
    )]
    [Range(0d, 1d, MaximumIsExclusive = true)]
    [Guidance(
        "c · CE(f(x), y) + (1 − c) · loss",
        "Clean accuracy is to be bought with robust accuracy; an early form of adversarial training.",
        "Methods with a clean term of their own: trades, hat, score, gat, nuat, vat, alp, mma, ensemble.",
        Cost = "1 F + 1 B",
        Source = "Goodfellow et al. 2015, Explaining and harnessing adversarial examples, section 6"
    )]
    public double CleanShare { get; init; }

    /// <summary>Gets the largest norm of the gradient.</summary>
    [Description("largest L2 norm of the gradient of all weights together, longer ones are shortened; 0 = as they are")]
    [Range(0d, 1e6)]
    [Guidance(
        "g ← g · min(1, c/‖g‖), over all weights together",
        "Losses that spike: training on bounds, large learning rates.",
        "As a cure for a loss that is not finite: lower the learning rate.",
        Source = "Pascanu et al. 2013, On the difficulty of training recurrent neural networks"
    )]
    public double Clip { get; init; }

    /// <summary>Gets the model whose weights training starts from.</summary>
    [Description(
        "start from the weights of a model: a run's folder or a file (.safetensors, .pt, .onnx), whose network takes the place of model; as --from"
    )]
    [Guidance(
        "training begins at the weights of a model",
        "Robust fine-tuning: e-at from a model robust in one norm, a larger ε, other data.",
        "Claims that the data of the first training bears on: what those weights have seen is not known."
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
