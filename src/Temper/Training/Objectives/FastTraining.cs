using Temper.Attacks;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>RS-FGSM: one gradient step from a uniform start, projected onto ball and box.</summary>
/// <remarks>Wong et al. 2020, algorithm 3, with the default step 1.25 ε. Cost per example: 2 (F+B). Prone to catastrophic overfitting at larger steps.</remarks>
[Component(
    "fast",
    "Training on one gradient step from a random start (RS-FGSM)",
    "Wong et al. 2020, Fast is better than free"
)]
public sealed class FastTraining(FastTraining.Options options) : Objective
{
    private readonly Fgsm _attack = new(new Fgsm.Options { Step = options.Step, Start = StartKind.Uniform });

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the length of the step.</summary>
        [System.ComponentModel.Description("length of the step, absolute or relative to ε (rel:1.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1.25");
    }

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var crafted = step.Craft(_attack);
        return step.CrossEntropyAt(crafted);
    }
}
