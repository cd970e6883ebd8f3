using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>GAT: one step, guided by the distance of the answers, and the same distance in the loss.</summary>
/// <remarks>
/// Sriramanan et al. 2020, section 4: CE(f(x), y) + (λ/B) Σ_i ‖p(x_i) − p(x′_i)‖². x′ is one step on CE + λ‖p(x) − p(x′)‖² from x ± a
/// share of ε in every value (other norms than L∞: a uniform draw from the ball). λ is multiplied after each quarter of the training.
/// In train mode x′ goes first, then x. Cost per example: 4 F + 3 B. The defaults are those for MNIST; for CIFAR-10 the noise is half of ε.
/// </remarks>
[Component(
    "gat",
    "GAT: one step guided by the distance of the answers",
    "Sriramanan et al. 2020, Guided adversarial attack for evaluating and enhancing adversarial defenses"
)]
[Guidance(
    "CE(f(x), y) + λ · ‖p(x) − p(x′)‖²; x′ one step on the same from x ± noise · ε; λ is multiplied after each quarter of the training",
    "Many cheap epochs: one step of search, but three to four passes of each kind that regularise.",
    "Anything judged by PGD: published models lose about 6 points more to AutoAttack than to PGD-20. Defaults on other data than MNIST: λ and noise must be found anew."
)]
public sealed class GuidedTraining(GuidedTraining.Options options) : Objective
{
    private const int Stages = 4;

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the weight of the distance at first.</summary>
        [Description("weight λ of the distance of the answers in the first quarter of the training")]
        [Range(0d, 1000d)]
        public double Lambda { get; init; } = 15;

        /// <summary>Gets what the weight is multiplied with after each quarter.</summary>
        [Description("what λ is multiplied with after each quarter of the training")]
        [Range(0d, 100d)]
        public double Ramp { get; init; } = 3;

        /// <summary>Gets the noise before the step, in units of ε.</summary>
        [Description("size of the random signs before the step, in units of ε")]
        [Range(0d, 1d)]
        public double Noise { get; init; } = 1;

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
        var lambda = options.Lambda * Math.Pow(options.Ramp, Math.Floor(step.Fraction * Stages));
        var crafted = step.Craft((model, rng, _) => Search(step, model, rng.Fork("gat"), lambda));
        var other = step.Logits(crafted);
        var clean = step.Logits(step.Batch.Inputs);
        step.CountRight(other);
        var gap = ProbabilityGap.Between(clean.softmax(1), other.softmax(1)).mean();
        return (step.CrossEntropy(clean) + (lambda * gap)).MoveToOuterDisposeScope();
    }

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, double lambda)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ascent = new Ascent(step, model);
        var loss = new ProbabilityGap(model.Logits(step.Batch.Inputs).softmax(1), lambda, crossEntropy: 1);
        return ascent.Climb(loss, ascent.Signs(rng, options.Noise), 1, options.Step).MoveToOuterDisposeScope();
    }
}
