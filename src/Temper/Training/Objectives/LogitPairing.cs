using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Attacks;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>ALP: trains on clean and crafted inputs alike, and draws their scores together.</summary>
/// <remarks>
/// Kannan et al. 2018, eq. (3): ½ (CE(f(x), y) + CE(f(x′), y)) + (λ/B) Σ_i ‖f(x_i) − f(x′_i)‖², a sum over classes and a mean over
/// examples, x′ from PGD on the cross-entropy. In train mode x goes first, then x′. Cost per example: (steps + 2)(F+B). It was broken
/// where it was published, with few steps on ImageNet (Engstrom et al. 2018): judge it by strong attacks.
/// </remarks>
[Component(
    "alp",
    "Adversarial logit pairing: clean and crafted inputs, and the distance of their scores",
    "Kannan et al. 2018, Adversarial logit pairing"
)]
[Guidance(
    "½ (CE(f(x), y) + CE(f(x′), y)) + λ · ‖f(x) − f(x′)‖²; x′ as in pgd",
    "A baseline of its time; a mild pull between clean and crafted scores where the inner search is strong anyway.",
    "As a defence of its own: it is not robust under strong attacks, and what was published did not stand (Engstrom et al. 2018). Judge it by AutoAttack."
)]
public sealed class LogitPairing(LogitPairing.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the weight of the squared distance of scores.</summary>
        [Description("weight λ of the squared distance of the scores")]
        [Range(0d, 1000d)]
        public double Lambda { get; init; } = 0.5;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 2, options.Steps + 2);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var crafted = step.Craft(new Pgd(new Pgd.Options { Steps = options.Steps, Step = step.Scaled(options.Step) }));
        var clean = step.Logits(step.Batch.Inputs);
        var other = step.Logits(crafted);
        step.CountRight(other);
        var both = (step.CrossEntropy(clean) + step.CrossEntropy(other)) / 2;
        var distance = (clean - other).square().sum() / step.Batch.Count;
        return (both + (options.Lambda * distance)).MoveToOuterDisposeScope();
    }
}
