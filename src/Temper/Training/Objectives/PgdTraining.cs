using System.ComponentModel.DataAnnotations;
using Temper.Attacks;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>Adversarial training with projected gradient descent: the weights see only crafted examples.</summary>
/// <remarks>
/// Madry et al. 2018, eq. (2.1). Cost per example: (steps + 1)(F+B). With <c>apgd</c> inside (Croce and Hein 2020), as in fine-tuning
/// across norms (Croce and Hein 2022), one forward more, that of the last point.
/// </remarks>
[Component(
    "pgd",
    "Training on PGD examples",
    "Madry et al. 2018, Towards deep learning models resistant to adversarial attacks"
)]
[Guidance(
    "CE(f(x′), y); x′ ≈ argmax CE(f(·), y) over the ball, by k projected steps from a random start",
    "The baseline that others are measured by, under any norm, and the first choice where k + 1 passes of each kind can be paid.",
    "Little compute: n-fgsm takes 2 passes of each kind. Long training of large networks without early-stop or training.ema: robust accuracy falls again after its best epoch (robust overfitting)."
)]
public sealed class PgdTraining(PgdTraining.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the inner search.</summary>
        [System.ComponentModel.Description(
            "inner search: pgd, or apgd, which sets its own steps, starts uniformly and takes the point of largest loss"
        )]
        public InnerSearch Inner { get; init; } = InnerSearch.Pgd;

        /// <summary>Gets the number of inner steps.</summary>
        [System.ComponentModel.Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [System.ComponentModel.Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");

        /// <summary>Gets the start of the inner search.</summary>
        [System.ComponentModel.Description("start of the inner search: clean, or uniform in the ball")]
        public StartKind Start { get; init; } = StartKind.Uniform;

        /// <summary>Gets the loss of the inner search.</summary>
        [System.ComponentModel.Description("loss of the inner search: ce or margin")]
        public LossKind Loss { get; init; } = LossKind.Ce;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes =>
        new(options.Steps + (options.Inner == InnerSearch.Apgd ? 2 : 1), options.Steps + 1);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var crafted = step.Craft(Inner(step));
        return step.CrossEntropyAt(crafted);
    }

    private Attack Inner(StepContext step) =>
        options.Inner == InnerSearch.Apgd
            ? new Apgd(new Apgd.Options { Steps = options.Steps, Loss = options.Loss })
            : new Pgd(
                new Pgd.Options
                {
                    Steps = options.Steps,
                    Step = step.Scaled(options.Step),
                    Start = options.Start,
                    Loss = options.Loss,
                }
            );
}
