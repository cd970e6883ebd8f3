using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The momentum iterative method: steps along a sum of past gradients, each divided by its L1 norm.</summary>
/// <remarks>
/// Dong et al. 2018, algorithm 1, equations (6) and (7), with the steepest ascent of the threat's norm in place of the sign and the
/// best iterate kept. Momentum carries a search over small bumps of the loss, which is why its points often fool other networks too.
/// Cost per example and restart: <c>steps</c> · <c>eot</c> gradients and (<c>steps</c> + 1) · <c>eot</c> + 1 forwards (the last
/// iterate's score, the verification).
/// </remarks>
[Component(
    "mi-fgsm",
    "Steps along accumulated gradients (momentum), best iterate kept",
    "Dong et al. 2018, Boosting adversarial attacks with momentum"
)]
public sealed class MiFgsm(MiFgsm.Options options) : Attack(options)
{
    /// <summary>A norm below this is taken for it, so that a gradient of zero stays zero.</summary>
    private const double LeastNorm = 1e-38;

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per restart.</summary>
        [System.ComponentModel.Description("gradient steps per restart")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of a step, absolute or relative to ε; null for ε divided by the steps.</summary>
        [System.ComponentModel.Description(
            "length of a step, absolute (0.01, 2/255) or relative to ε (rel:0.1); ε divided by the steps where it is not given"
        )]
        public StepSize? Step { get; init; }

        /// <summary>Gets the share of the sum of past gradients that is kept at each step.</summary>
        [System.ComponentModel.Description("share of the sum of past gradients that is kept at each step")]
        [Range(0d, 10d)]
        public double Momentum { get; init; } = 1;

        /// <summary>Gets the start.</summary>
        [System.ComponentModel.Description("start: clean, or uniform in the ball")]
        public StartKind Start { get; init; } = StartKind.Clean;

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
        using var outer = NewDisposeScope();
        var x = context.Start(options.Start);
        var sum = zeros_like(x);
        var epsilon = context.Threat.Epsilon;
        var size = options.Step?.For(epsilon) ?? (epsilon.Value / options.Steps);
        using var best = context.KeepBest ? new BestIterate(x, context) : null;
        for (var step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (logits, loss, gradient) = context.Gradient(Loss, x, options.Eot);
            if (best?.Offer(x, logits, loss) == true)
            {
                return best.Points().MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }
            gradient = gradient.nan_to_num_(0, 0, 0);
            var norm = gradient.flatten(1).abs().sum(1).clamp_min_(LeastNorm);
            sum.mul_(options.Momentum).add_(gradient.div_(Tensors.PerExample(norm, gradient)));
            context.Region.StepInPlace(x, sum.clone(), size);
        }
        if (best is null)
        {
            return x.MoveToOuterDisposeScope();
        }
        var (scores, losses) = context.Scores(Loss, x, options.Eot);
        best.Offer(x, scores, losses);
        return best.Points().MoveToOuterDisposeScope();
    }
}
