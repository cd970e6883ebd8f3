using System.ComponentModel;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>Ensemble adversarial training: one step on other networks and on this one in turn. A control: it withstands transferred points, not white-box attacks.</summary>
/// <remarks>
/// Tramèr et al. 2018, section 3.4: ½ (CE(f(x), y) + CE(f(x′), y)), x′ one step along the gradient of the network whose turn it is.
/// In train mode x goes first, then x′. Cost per example: 3 (F+B), one of them through the network whose turn it is.
/// </remarks>
[Component(
    "ensemble",
    "Ensemble adversarial training, a control: one step on other networks in turn",
    "Tramèr et al. 2018, Ensemble adversarial training"
)]
[Guidance(
    "½ (CE(f(x), y) + CE(f(x′), y)); x′ one step along the gradient of the network whose turn it is: others, then this one",
    "As a control: a model that withstands points transferred from other networks and falls to its own gradients.",
    "As a defence: points of other networks say little about searches on this one, and it stays far below pgd under AutoAttack."
)]
public sealed class EnsembleTraining(EnsembleTraining.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the other networks.</summary>
        [Description("other networks: runs' folders or files; the network in training has its turn as well")]
        public IReadOnlyList<string> Models { get; init; } = [];

        /// <summary>Gets the length of the step.</summary>
        [Description("length of the step, absolute or relative to ε (rel:1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(3, 3);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Others => options.Models;

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        if (options.Models.Count == 0)
        {
            throw new ConfigException(
                null,
                null,
                "training.objective.options.models",
                "ensemble: no other network is named, expected the paths of one or more; without them it is 'fast' from clean inputs."
            );
        }
        using var scope = NewDisposeScope();
        var turn = (int)(step.Number % (uint)(options.Models.Count + 1));
        var crafted =
            turn == options.Models.Count
                ? step.Craft((model, _, _) => Stepped(step, model))
                : step.Once(() => [SteppedOn(step, step.Other(options.Models[turn]))])[0];
        var clean = step.CrossEntropy(step.Logits(step.Batch.Inputs));
        return ((clean + step.CrossEntropyAt(crafted)) / 2).MoveToOuterDisposeScope();
    }

    private Tensor SteppedOn(StepContext step, MeteredClassifier other)
    {
        using var mode = other.Enter(Mode.Evaluate);
        return Stepped(step, other);
    }

    private Tensor Stepped(StepContext step, MeteredClassifier source) =>
        new Ascent(step, source).Climb(CrossEntropy.Instance, step.Batch.Inputs, 1, options.Step);
}
