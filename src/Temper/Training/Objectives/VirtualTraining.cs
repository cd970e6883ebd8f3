using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>VAT: the same answer in the direction in which answers change most; labels are needed for clean inputs only.</summary>
/// <remarks>
/// Miyato et al. 2018, algorithm 1: CE(f(x), y) + α · mean KL(p(x) ‖ p(x + r)), p(x) held fixed in the divergence. The direction comes
/// from a power iteration on the divergence at x + ξd, d normal of length 1; r is a step of steepest ascent as long as the budget, moved
/// into the box, so ε · g/‖g‖ under L2. All passes are in train mode, and running statistics move by x alone. ξ of 1e-6, as printed, is
/// lost in float32 beside the values of pixels; so is the divergence of so small a change. Cost per example: (power + 2)(F+B). A
/// regulariser: r is far from the worst case.
/// </remarks>
[Component(
    "vat",
    "VAT: smoothness in the direction in which answers change most",
    "Miyato et al. 2018, Virtual adversarial training"
)]
[Guidance(
    "CE(f(x), y) + α · KL(p(x) ‖ p(x + r)), p(x) held fixed; r of length ε where the divergence grows fastest, by power iteration",
    "A regulariser for accuracy with few labels or small L2 budgets.",
    "As a defence: r is far from the worst case."
)]
public sealed class VirtualTraining(VirtualTraining.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the weight of the divergence.</summary>
        [Description("weight α of the divergence")]
        [Range(0d, 1000d)]
        public double Alpha { get; init; } = 1;

        /// <summary>Gets the length of the trial step of the power iteration.</summary>
        [Description("length ξ of the trial step of the power iteration, L2, in input units")]
        [Range(1e-4, 100d)]
        public double Xi { get; init; } = 0.1;

        /// <summary>Gets the power iterations.</summary>
        [Description("power iterations")]
        [Range(1, 100)]
        public int Power { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Power + 2, options.Power + 2);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var logits = step.Logits(step.Batch.Inputs);
        step.CountRight(logits);
        step.KeepStatistics();
        var clean = logits.detach().log_softmax(1);
        var crafted = step.Craft(Mode.Train, (model, rng, _) => Search(step, model, rng.Fork("vat"), clean));
        var divergence = Divergence.Between(clean, step.Logits(crafted).log_softmax(1)).mean();
        return (step.CrossEntropy(logits) + (options.Alpha * divergence)).MoveToOuterDisposeScope();
    }

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, Tensor answers)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clean = step.Batch.Inputs;
        var noise = empty(clean.shape, dtype: ScalarType.Float32);
        rng.FillNormal(Tensors.Floats(noise), step.Batch.Indices, 0, step.Number);
        var direction = noise.to(clean.device);
        var loss = new Divergence(answers);
        for (var turn = 0; turn < options.Power; turn++)
        {
            step.Threat.Budgets?.Silence(direction);
            var length = direction.flatten(1).norm(1).clamp_(min: 1e-30);
            var trial = clean + (direction / Tensors.PerExample(length, direction) * options.Xi);
            var (_, _, gradient) = InputGradient.Compute(model, loss, trial, step.Batch.Labels);
            direction = gradient.nan_to_num_(0, 0, 0);
        }
        using var region = step.Threat.Around(clean);
        var x = clean.clone();
        step.Threat.Budgets?.Silence(direction);
        region.StepInPlace(x, direction, step.Threat.Epsilon.Value);
        return x.MoveToOuterDisposeScope();
    }
}
