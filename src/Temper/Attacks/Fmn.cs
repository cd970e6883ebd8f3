using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The fast minimum-norm attack: gradient steps on a ball whose radius follows the decision boundary.</summary>
/// <remarks>
/// Pintor et al. 2021, algorithm 1. Until a wrong point is known, the radius is the distance to the boundary of the scores'
/// linear model; then it shrinks where the point is wrong and grows where it is not. Cost per example and restart: <c>steps</c>
/// gradients and <c>steps</c> + 2 forwards.
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
        /// <summary>Gets the number of gradient steps per restart.</summary>
        [System.ComponentModel.Description("gradient steps per restart")]
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

    private const double LastGamma = 0.001;
    private const double LastStepShare = 0.01;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        var geometry = NormGeometry.Of(context.Threat, Id);
        using var nearest = new NearestWrong(context);
        var clean = context.Clean.flatten(1);
        var x = clean.clone();
        var radius = full_like(nearest.Distance, double.PositiveInfinity);
        for (var step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var size = Cosine.Between(options.Step, options.Step * LastStepShare, step, options.Steps);
            var gamma = Cosine.Between(options.Gamma, LastGamma, step, options.Steps);
            var (logits, loss, raw) = context.Gradient(Loss, x.view_as(context.Clean));
            var gradient = raw.nan_to_num_(0, 0, 0).flatten(1);
            var wrong = nearest.Offer(x, logits);
            var delta = x - clean;
            var next = Radius(geometry, (delta, loss.unsqueeze(1), gradient), (radius, wrong, nearest.Distance), gamma);
            radius.copy_(next);
            var length = L2Geometry.Instance.Length(gradient).clamp_min(1e-12);
            var moved = delta + (gradient / length * size);
            x.copy_((clean + geometry.Shrink(moved, radius)).clamp_(context.Threat.Box.Low, context.Threat.Box.High));
        }
        nearest.Offer(x, context.Model.Logits(x.view_as(context.Clean)));
        return nearest.Points().MoveToOuterDisposeScope();
    }

    private static Tensor Radius(
        NormGeometry geometry,
        (Tensor Delta, Tensor Margin, Tensor Gradient) at,
        (Tensor Radius, Tensor Wrong, Tensor Nearest) known,
        double gamma
    )
    {
        if (geometry is L0Geometry)
        {
            return WholeRadius(geometry, at, known, gamma);
        }
        var estimate =
            geometry.Length(at.Delta) + (at.Margin.abs() / geometry.DualLength(at.Gradient).clamp_min(1e-12));
        var grown = where(known.Nearest.isinf(), estimate, known.Radius * (1 + gamma));
        return where(known.Wrong, minimum(known.Radius, known.Nearest) * (1 - gamma), grown);
    }

    /// <summary>A count of values changes by one at least, else small counts would never change.</summary>
    private static Tensor WholeRadius(
        NormGeometry geometry,
        (Tensor Delta, Tensor Margin, Tensor Gradient) at,
        (Tensor Radius, Tensor Wrong, Tensor Nearest) known,
        double gamma
    )
    {
        var estimate =
            geometry.Length(at.Delta)
            + (at.Margin.abs() / geometry.DualLength(at.Gradient).clamp_min(1e-12)).ceil().clamp_min(1);
        var up = maximum(known.Radius + 1, (known.Radius * (1 + gamma)).floor());
        var held = minimum(known.Radius, known.Nearest);
        var down = minimum(held - 1, (held * (1 - gamma)).floor()).clamp_min(0);
        return where(known.Wrong, down, where(known.Nearest.isinf(), estimate, up));
    }
}
