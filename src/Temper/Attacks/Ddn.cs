using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The decoupled direction and norm attack: gradient steps whose direction and Euclidean length are kept apart.</summary>
/// <remarks>
/// Rony et al. 2019, algorithm 1, without the rounding to 8 bits. It searches by Euclidean length under every threat; what is
/// kept is the nearest wrong point in the threat's norm. Cost per example and restart: <c>steps</c> gradients and <c>steps</c> + 2
/// forwards.
/// </remarks>
[Component(
    "ddn",
    "Decoupled direction and norm: the nearest wrong point, searched by Euclidean length",
    "Rony et al. 2019, Decoupling direction and norm for efficient gradient-based L2 adversarial attacks and defenses"
)]
public sealed class Ddn(Ddn.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per restart.</summary>
        [System.ComponentModel.Description("gradient steps per restart")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;

        /// <summary>Gets the Euclidean length at the start.</summary>
        [System.ComponentModel.Description("Euclidean length of the perturbation at the start")]
        [Range(0d, 1000d, MinimumIsExclusive = true)]
        public double Start { get; init; } = 1;

        /// <summary>Gets the share by which the length changes at every step.</summary>
        [System.ComponentModel.Description("share by which the length changes at every step")]
        [Range(0d, 1d, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public double Gamma { get; init; } = 0.05;
    }

    private const double LastStep = 0.01;

    /// <inheritdoc/>
    protected override AttackLoss Loss => CrossEntropy.Instance;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var clean = context.Clean.flatten(1);
        var x = clean.clone();
        var radius = full_like(nearest.Distance, options.Start);
        for (var step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var size = Cosine.Between(1, LastStep, step, options.Steps);
            var (logits, _, raw) = context.Gradient(Loss, x.view_as(context.Clean));
            var gradient = raw.nan_to_num_(0, 0, 0).flatten(1);
            var wrong = nearest.Offer(x, logits);
            if (step > 0)
            {
                radius.mul_(where(wrong, full_like(radius, 1 - options.Gamma), full_like(radius, 1 + options.Gamma)));
            }
            // Scaled by the largest value first: cross-entropy's gradient underflows where the model is sure.
            var largest = gradient.abs().amax([1], keepdim: true).clamp_min(1e-38);
            var scaled = gradient / largest;
            var delta = x - clean + (scaled / L2Geometry.Instance.Length(scaled).clamp_min(1e-12) * size);
            var unit = delta / L2Geometry.Instance.Length(delta).clamp_min(1e-12);
            x.copy_((clean + (unit * radius)).clamp_(context.Threat.Box.Low, context.Threat.Box.High));
        }
        nearest.Offer(x, context.Model.Logits(x.view_as(context.Clean)));
        return nearest.Points().MoveToOuterDisposeScope();
    }
}
