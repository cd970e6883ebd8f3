using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The fast minimum-norm attack: gradient steps on a ball whose radius follows the decision boundary.</summary>
/// <remarks>
/// Pintor et al. 2021, algorithm 1. Until a wrong point is known, the radius is the distance to the linearised boundary, and here
/// never less than the last radius grown by the share, and the perturbation is stretched to it: else the walk stands still where
/// gradients are masked. Where the gradient is zero, the step has a random direction. The last fifth of the steps draws what was
/// found to the foot of the linearised boundary. Cost per example and restart: <c>steps</c> gradients and at most <c>steps</c> + 3
/// forwards.
/// </remarks>
[Component(
    "fmn",
    "Fast minimum-norm attack: the nearest wrong point, in the threat's norm",
    "Pintor et al. 2021, Fast minimum-norm adversarial attacks through adaptive norm constraints"
)]
public sealed class Fmn(Fmn.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per restart, the last fifth of which refines what was found.</summary>
        [System.ComponentModel.Description("gradient steps per restart; the last fifth refines what was found")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;

        /// <summary>Gets the Euclidean length of the first step; the last is a hundredth of it.</summary>
        [System.ComponentModel.Description("Euclidean length of the first step; the last is a hundredth of it")]
        [Range(0d, 1000d, MinimumIsExclusive = true)]
        public double Step { get; init; } = 1;

        /// <summary>Gets the share by which the radius changes first; at the end it is 0.001.</summary>
        [System.ComponentModel.Description(
            "share by which the radius changes at the first step; at the last it is 0.001"
        )]
        [Range(0d, 1d, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public double Gamma { get; init; } = 0.05;
    }

    private const int Refined = 5;
    private const double LastGamma = 0.001;
    private const double LastStepShare = 0.01;

    /// <inheritdoc/>
    protected override bool BeginsAlike => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Steps + 4, options.Steps);

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat is L0Threat || NormGeometry.Knows(threat);

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
        var radius = geometry.FirstRadius(nearest.Distance);
        for (var step = 0; step < walk; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var size = Cosine.Between(options.Step, options.Step * LastStepShare, step, options.Steps);
            var gamma = Cosine.Between(options.Gamma, LastGamma, step, options.Steps);
            var (logits, loss, raw) = context.Gradient(Loss, x.view_as(context.Clean));
            var gradient = raw.nan_to_num_(0, 0, 0).flatten(1);
            var wrong = nearest.Offer(x, logits, BoundaryRefinement.Hair);
            var delta = x - clean;
            var grown = geometry.Grow(radius, gamma);
            var ahead = geometry.Ahead(delta, loss.nan_to_num().unsqueeze(1), gradient);
            var unfound = where(radius.isinf(), ahead, maximum(ahead, grown));
            var outward = where(nearest.Distance.isinf(), unfound, grown);
            radius.copy_(
                minimum(where(wrong, minimum(geometry.Cut(radius, gamma), nearest.Distance), outward), farthest)
            );
            var moved = delta + (Directions.Of(context, gradient, step) * size);
            var inside = where(
                nearest.Distance.isinf(),
                geometry.Stretch(moved, radius, box.Width),
                geometry.Shrink(moved, radius)
            );
            x.copy_((clean + inside).clamp_(box.Low, box.High));
        }
        new BoundaryRefinement(context, geometry, nearest).Run(x, options.Steps - walk);
        return nearest.Points().MoveToOuterDisposeScope();
    }
}
