using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>σ-zero: gradient steps on a smooth stand-in for the number of changed values, small changes being dropped.</summary>
/// <remarks>
/// Cinà et al. 2025, algorithm 1: the hinged margin plus the mean of δ² / (δ² + σ), the gradient scaled to a largest value of one,
/// Adam, and a threshold per example below which changes are dropped; it rises where the point is wrong and falls where it is not.
/// The last fifth of the steps draws what was found to the foot of the linearised boundary. Cost per example and restart:
/// <c>steps</c> gradients and at most <c>steps</c> + 3 forwards.
/// </remarks>
[Component(
    "sigma-zero",
    "Sigma-zero: the nearest wrong point in L0, by gradients of a smooth stand-in",
    "Cinà et al. 2025, σ-zero: gradient-based optimization of ℓ0-norm adversarial examples"
)]
public sealed class SigmaZero(SigmaZero.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per restart, the last fifth of which refines what was found.</summary>
        [System.ComponentModel.Description("gradient steps per restart; the last fifth refines what was found")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;

        /// <summary>Gets the length of the first step, in units of the box's width; the last is a tenth of it.</summary>
        [System.ComponentModel.Description("size of the first step; the last is a tenth of it")]
        [Range(0d, 1000d, MinimumIsExclusive = true)]
        public double Step { get; init; } = 1;

        /// <summary>Gets how smooth the stand-in is: changes whose square is far above it count as one.</summary>
        [System.ComponentModel.Description(
            "how smooth the stand-in is: changes whose square is far above it count as one"
        )]
        [Range(0d, 1d, MinimumIsExclusive = true)]
        public double Sigma { get; init; } = 0.001;

        /// <summary>Gets the change below which a value is put back at first.</summary>
        [System.ComponentModel.Description("change below which a value is put back, at first")]
        [Range(0d, 1d)]
        public double Threshold { get; init; } = 0.3;

        /// <summary>Gets by how much the threshold moves at each step, per length of the step.</summary>
        [System.ComponentModel.Description("by how much the threshold moves at each step, per size of the step")]
        [Range(0d, 1d)]
        public double Pace { get; init; } = 0.01;
    }

    private const int Refined = 5;
    private const double LastStepShare = 0.1;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Tiny = 1e-8;

    /// <inheritdoc/>
    protected override bool BeginsAlike => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Steps + 4, options.Steps);

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat is L0Threat;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var (clean, box) = (context.Clean.flatten(1), context.Threat.Box);
        var walk = options.Steps - (options.Steps / Refined);
        var delta = zeros_like(clean);
        var (first, second) = (zeros_like(clean), zeros_like(clean));
        var threshold = full_like(nearest.Distance, options.Threshold);
        var size = options.Step;
        for (var step = 0; step < walk; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var x = (clean + (delta * box.Width)).clamp_(box.Low, box.High);
            var (logits, loss, raw) = context.Gradient(Loss, x.view_as(context.Clean));
            var wrong = nearest.Offer(x, logits, BoundaryRefinement.Hair);
            var squares = delta.square();
            var spread = squares + options.Sigma;
            var slope = delta * (2 * options.Sigma / clean.shape[1]) / spread.square();
            var pull = raw.nan_to_num_(0, 0, 0).flatten(1) * box.Width;
            // Where the point is wrong, only the number of changes counts.
            slope.sub_(where(loss.lt(0).unsqueeze(1), pull, zeros_like(pull)));
            slope.div_(slope.abs().amax([1], keepdim: true).clamp_min(1e-12));
            first.mul_(Beta1).add_(slope, 1 - Beta1);
            second.mul_(Beta2).addcmul_(slope, slope, 1 - Beta2);
            var (bias1, bias2) = (1 - Math.Pow(Beta1, step + 1), 1 - Math.Pow(Beta2, step + 1));
            var next = (delta - (first / bias1 / ((second / bias2).sqrt_() + Tiny) * size)) * box.Width;
            next = ((clean + next).clamp_(box.Low, box.High) - clean) / box.Width;
            size = Cosine.Between(options.Step, options.Step * LastStepShare, step, options.Steps);
            threshold.add_(where(wrong, ones_like(threshold), -ones_like(threshold)), options.Pace * size).clamp_(0, 1);
            delta.copy_(where(next.abs().lt(threshold), zeros_like(next), next));
        }
        var last = (clean + (delta * box.Width)).clamp_(box.Low, box.High);
        new BoundaryRefinement(context, NormGeometry.Of(context.Threat, Id), nearest).Run(last, options.Steps - walk);
        return nearest.Points().MoveToOuterDisposeScope();
    }
}
