using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The decoupled direction and norm attack: gradient steps whose direction and Euclidean length are kept apart.</summary>
/// <remarks>
/// Rony et al. 2019, algorithm 1, without the rounding to 8 bits; where the gradient is zero, the step has a random direction. The
/// last tenth of the steps draws what was found to the foot of the linearised boundary, which lengths that change by 5 % cannot
/// meet. Cost per example and restart: <c>steps</c> gradients and at most <c>steps</c> + 3 forwards.
/// </remarks>
[Component(
    "ddn",
    "Decoupled direction and norm: the nearest wrong point in L2",
    "Rony et al. 2019, Decoupling direction and norm for efficient gradient-based L2 adversarial attacks and defenses"
)]
public sealed class Ddn(Ddn.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per restart, the last tenth of which refines what was found.</summary>
        [System.ComponentModel.Description("gradient steps per restart; the last tenth refines what was found")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;

        /// <summary>Gets the length of the perturbation at the start.</summary>
        [System.ComponentModel.Description("length of the perturbation at the start")]
        [Range(0d, 1000d, MinimumIsExclusive = true)]
        public double Start { get; init; } = 1;

        /// <summary>Gets the share by which the length changes at every step.</summary>
        [System.ComponentModel.Description("share by which the length changes at every step")]
        [Range(0d, 1d, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public double Gamma { get; init; } = 0.05;
    }

    private const int Refined = 10;
    private const double LastStep = 0.01;

    /// <inheritdoc/>
    protected override bool BeginsAlike => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => CrossEntropy.Instance;

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Steps + 4, options.Steps);

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat is L2Threat;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var geometry = NormGeometry.Of(context.Threat, Id);
        var (clean, box) = (context.Clean.flatten(1), context.Threat.Box);
        var walk = options.Steps - (options.Steps / Refined);
        var x = clean.clone();
        var farthest = geometry.Length(maximum(clean - box.Low, box.High - clean));
        var radius = full_like(nearest.Distance, options.Start);
        for (var step = 0; step < walk; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var size = Cosine.Between(1, LastStep, step, options.Steps);
            var (logits, _, raw) = context.Gradient(Loss, x.view_as(context.Clean));
            var wrong = nearest.Offer(x, logits, BoundaryRefinement.Hair);
            radius.mul_(where(wrong, full_like(radius, 1 - options.Gamma), full_like(radius, 1 + options.Gamma)));
            radius.copy_(minimum(radius, farthest));
            var delta = x - clean + (Directions.Of(context, raw.nan_to_num_(0, 0, 0).flatten(1), step) * size);
            var unit = delta / geometry.Length(delta).clamp_min(1e-12);
            x.copy_((clean + (unit * radius)).clamp_(box.Low, box.High));
        }
        new BoundaryRefinement(context, geometry, nearest).Run(x, options.Steps - walk);
        return nearest.Points().MoveToOuterDisposeScope();
    }
}
