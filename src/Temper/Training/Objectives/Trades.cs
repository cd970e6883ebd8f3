using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>TRADES: right on clean inputs, and the same answer everywhere in the ball.</summary>
/// <remarks>
/// Zhang et al. 2019, algorithm 1: CE(f(x), y) + (β/B) Σ_i KL(p(x_i) ‖ p(x′_i)), a sum over classes and a mean over examples; the
/// gradient flows through both answers. x′ ascends the divergence from x + 0.001 · normal noise, since at x its gradient is zero. In
/// train mode x goes first, then x′. What the model answers to x during the search is asked once, as the weights stand still. Cost per
/// example: (steps + 3) F + (steps + 2) B.
/// </remarks>
[Component(
    "trades",
    "TRADES: cross-entropy on clean inputs, and the divergence of the answers within the ball",
    "Zhang et al. 2019, Theoretically principled trade-off between robustness and accuracy"
)]
[Guidance(
    "CE(f(x), y) + β · KL(p(x) ‖ p(x′)); x′ ≈ argmax KL(p(x) ‖ p(·)) over the ball, from x + 0.001 · N(0, 1); the gradient flows through both answers",
    "Clean against robust accuracy is to be set by one number, β; in replications up to a point above pgd under AutoAttack at equal epochs.",
    "β carried over from other data: 6 is the paper's for CIFAR-10, 1 for MNIST. Comparisons by epochs: a step costs 2 F + 1 B more than that of pgd with as many steps."
)]
public sealed class Trades(Trades.Options options) : Objective
{
    /// <summary>The standard deviation of the noise the search begins with, in input units.</summary>
    internal const double Noise = 0.001;

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the weight of the divergence.</summary>
        [Description("weight β of the divergence: 6 for CIFAR-10, 1 for MNIST in the paper")]
        [Range(0d, 1000d)]
        public double Beta { get; init; } = 6;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 3, options.Steps + 2);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var crafted = step.Craft(
            (model, rng, _) => Search(step, model, rng.Fork("trades"), (options.Steps, options.Step))
        );
        var clean = step.Logits(step.Batch.Inputs);
        var other = step.Logits(crafted);
        step.CountRight(other);
        var divergence = Divergence.Between(clean.log_softmax(1), other.log_softmax(1)).sum() / step.Batch.Count;
        return (step.CrossEntropy(clean) + (options.Beta * divergence)).MoveToOuterDisposeScope();
    }

    /// <summary>Ascends the divergence from what the model answers to the clean inputs: steps + 1 forwards, steps gradients.</summary>
    internal static Tensor Search(
        StepContext step,
        MeteredClassifier model,
        Rng rng,
        (int Steps, StepSize Size) settings
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ascent = new Ascent(step, model);
        var answers = model.Logits(step.Batch.Inputs).log_softmax(1);
        return ascent
            .Climb(new Divergence(answers), ascent.Nearby(rng, Noise), settings.Steps, settings.Size)
            .MoveToOuterDisposeScope();
    }
}
