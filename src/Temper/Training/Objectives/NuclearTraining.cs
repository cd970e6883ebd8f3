using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>NuAT: one step, guided by the nuclear norm of the change of a batch's scores, and the same norm in the loss.</summary>
/// <remarks>
/// Sriramanan et al. 2021, algorithm 1: CE(f(x), y) + (λ/B) ‖f(x′) − f(x)‖_*, the sum of singular values of the B × C differences of
/// scores. x′ is one step on the same from x ± a share of ε in every value (other norms than L∞: a uniform draw from the ball); every
/// other step it ascends the cross-entropy alone, and what the model answers to x is asked all the same. λ grows evenly to its full value
/// at 9/10 of the training. In train mode x′ goes first, then x. Cost per example: 4 F + 3 B. Best with an average of the weights.
/// </remarks>
[Component(
    "nuat",
    "NuAT: one step guided by the nuclear norm of the change of scores",
    "Sriramanan et al. 2021, Towards efficient and effective adversarial training"
)]
[Guidance(
    "CE(f(x), y) + (λ/B) · ‖f(x′) − f(x)‖_*, the nuclear norm of the B × C differences of a batch; x′ one step on the same from x ± noise · ε, every other step on CE alone",
    "Many cheap epochs with an average of the weights (training.ema): the best published one-step figures on CIFAR-10, at the level of pgd.",
    "Short runs, as λ is full only after 9/10 of the training. Small or changing batches: the norm belongs to the batch as a whole."
)]
public sealed class NuclearTraining(NuclearTraining.Options options) : Objective
{
    private const double Grown = 0.9;

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the full weight of the norm.</summary>
        [Description("weight λ of the nuclear norm, reached at 9/10 of the training")]
        [Range(0d, 1000d)]
        public double Lambda { get; init; } = 4.5;

        /// <summary>Gets the noise before the step, in units of ε.</summary>
        [Description("size of the random signs before the step, in units of ε")]
        [Range(0d, 1d)]
        public double Noise { get; init; } = 0.5;

        /// <summary>Gets the length of the step.</summary>
        [Description("length of the step, absolute or relative to ε (rel:1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(4, 3);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var lambda = options.Lambda * Math.Min(1, step.Fraction / Grown);
        var crafted = step.Craft((model, rng, _) => Search(step, model, rng.Fork("nuat"), lambda));
        var other = step.Logits(crafted);
        var clean = step.Logits(step.Batch.Inputs);
        step.CountRight(other);
        var entropy = step.CrossEntropy(clean);
        // The singular vectors of a difference that is not weighed yet need not be found.
        var loss =
            lambda > 0 ? entropy + (NuclearGap.Between(clean, other) * (lambda / step.Batch.Count)) : entropy + 0;
        return loss.MoveToOuterDisposeScope();
    }

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, double lambda)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ascent = new Ascent(step, model);
        var weight = step.Number % 2 == 0 ? 0 : lambda;
        var loss = new NuclearGap(model.Logits(step.Batch.Inputs), weight);
        return ascent.Climb(loss, ascent.Signs(rng, options.Noise), 1, options.Step).MoveToOuterDisposeScope();
    }
}
