using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Projected gradient descent: repeated steepest-ascent steps, each projected onto the threat model.</summary>
/// <remarks>
/// Madry et al. 2018, eq. (2.2), with the best iterate kept. Cost per example and restart: <c>steps</c> · <c>eot</c>
/// gradients and (<c>steps</c> + 1) · <c>eot</c> + 1 forwards (the last iterate's score, the verification).
/// </remarks>
[Component(
    "pgd",
    "Projected gradient descent, best iterate kept",
    "Madry et al. 2018, Towards deep learning models resistant to adversarial attacks"
)]
public sealed class Pgd(Pgd.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per restart.</summary>
        [System.ComponentModel.Description("gradient steps per restart")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 40;

        /// <summary>Gets the length of a step, absolute or relative to ε.</summary>
        [System.ComponentModel.Description("length of a step, absolute (0.01, 2/255) or relative to ε (rel:0.1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.1");

        /// <summary>Gets the start.</summary>
        [System.ComponentModel.Description("start: clean, or uniform in the ball")]
        public StartKind Start { get; init; } = StartKind.Uniform;

        /// <summary>Gets the loss.</summary>
        [System.ComponentModel.Description("loss to ascend: ce, margin or dlr")]
        public LossKind Loss { get; init; } = LossKind.Ce;

        /// <summary>Gets the passes of which scores and gradient are the means.</summary>
        [System.ComponentModel.Description(
            "passes per step, of which the means are taken, for models that answer at random"
        )]
        [Range(1, 10_000)]
        public int Eot { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) =>
        new(((options.Steps + 1) * options.Eot) + 1, options.Steps * options.Eot);

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => AttackLoss.Of(options.Loss);

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        var x = context.Start(options.Start);
        var size = options.Step.For(context.Threat.Epsilon);
        using var best = context.KeepBest ? new BestIterate(x, context) : null;
        for (var step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (logits, loss, gradient) = context.Gradient(Loss, x, options.Eot);
            if (best?.Offer(x, logits, loss) == true)
            {
                x.Dispose();
                return best.Points().MoveToOuterDisposeScope();
            }
            context.Region.StepInPlace(x, gradient.nan_to_num_(0, 0, 0), size);
        }
        if (best is null)
        {
            return x;
        }
        using (NewDisposeScope())
        {
            var (logits, loss) = context.Scores(Loss, x, options.Eot);
            best.Offer(x, logits, loss);
        }
        x.Dispose();
        return best.Points();
    }
}
