using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Attacks;
using Temper.Runs;
using Temper.Threats;
using Temper.Training.Certified;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>SABR: bounds over a small box inside the ball, around a crafted point: less regularised than bounds over the whole ball.</summary>
/// <remarks>
/// Müller et al. 2023, section 3: the loss at the worst scores that intervals allow over the box of size λ ε around x′, moved so that it
/// stays inside the ball and the box of inputs; x′ is found by PGD in the ball of size (1 − λ) ε. λ 1 is training on intervals over the
/// whole ball. Initial weights, BatchNorm by the clean batch and regularisers as in <c>ibp</c>. Cost per example: (steps + 3)(F+B).
/// </remarks>
[Component(
    "sabr",
    "Training on bounds over small boxes around crafted points (SABR)",
    "Müller et al. 2023, Certified training: small boxes are all you need"
)]
[Guidance(
    "CE(ẑ, y); ẑ the worst scores that intervals over the box of size λ ε around x′ allow; x′ of pgd in the ball of (1 − λ) ε",
    "More clean accuracy than ibp leaves, certified by a stronger verifier (temper certify with branch and bound).",
    "Certification by intervals alone, which prove far less of such a model. Little compute: the search comes on top of the bounds."
)]
public sealed class SmallBoxTraining(SmallBoxTraining.Options options) : CertifiedTraining(options)
{
    /// <summary>Options of the method.</summary>
    public new sealed record Options : CertifiedTraining.Options
    {
        /// <summary>Gets the size of the box.</summary>
        [Description("size λ of the box as a share of the budget: 0.4 for MNIST at 0.1, 0.6 at 0.3")]
        [Range(0.001, 1d)]
        public double Lambda { get; init; } = 0.4;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 8;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to the ball it searches (rel:0.5)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.5");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 3, options.Steps + 3);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(3, 3);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        // Refused before anything is spent on it.
        var whole = Box(step.Threat, step.Batch.Inputs, options.Excess);
        var budget = options.Excess * step.Threat.Epsilon.Value;
        var searched = step.Threat.With(Epsilon.Of(Math.Min(step.Threat.Box.Width, (1 - options.Lambda) * budget)));
        var crafted = step.Craft(
            (model, rng, number) =>
            {
                var pgd = new Pgd(
                    new()
                    {
                        Steps = options.Steps,
                        Step = StepSize.Absolute(step.StepFactor * options.Step.For(searched.Epsilon)),
                    }
                );
                return pgd.Perturb(model, step.Batch, searched, rng.Fork("sabr"), number);
            }
        );
        var around = Box(
            searched.With(Epsilon.Of(Math.Min(step.Threat.Box.Width, options.Lambda * budget))),
            crafted,
            1
        );
        // Inside the ball: with values of no budget, and where rounding leads out of it.
        var pass = Pass(step, around.Low.maximum(whole.Low), around.High.minimum(whole.High));
        var loss = WorstCrossEntropy(step, labels => Interval(pass, labels));
        return (Regularisers(step, pass) is { } more ? loss + more : loss).MoveToOuterDisposeScope();
    }
}
