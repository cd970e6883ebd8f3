using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>DeepFool: steps to the nearest linearised boundary until the model is wrong.</summary>
/// <remarks>
/// Moosavi-Dezfooli et al. 2016, algorithm 2, in L∞ and L2, with moves that do not leave the box. The overshoot scales the sum of
/// the moves from the clean input. What is found is near the boundary but seldom the nearest wrong point. Cost per example and
/// restart: at most <c>steps</c> times <c>candidates</c> gradients and <c>steps</c> + 3 forwards.
/// </remarks>
[Component(
    "deepfool",
    "DeepFool: steps to the nearest linearised boundary, in the threat's norm",
    "Moosavi-Dezfooli et al. 2016, DeepFool: a simple and accurate method to fool deep neural networks"
)]
public sealed class DeepFool(DeepFool.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the largest number of steps.</summary>
        [System.ComponentModel.Description("steps at most")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 50;

        /// <summary>Gets the number of wrong classes looked at, those that score best on the clean input.</summary>
        [System.ComponentModel.Description("wrong classes looked at, those that score best on the clean input")]
        [Range(1, 10_000)]
        public int Candidates { get; init; } = 10;

        /// <summary>Gets the share by which the perturbation is lengthened.</summary>
        [System.ComponentModel.Description("share by which the perturbation is lengthened")]
        [Range(0d, 10d)]
        public double Overshoot { get; init; } = 0.02;
    }

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat is LinfThreat or L2Threat;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var (geometry, box) = (NormGeometry.Of(context.Threat, Id), context.Threat.Box);
        var count = Math.Min(options.Candidates, context.Model.Classes - 1);
        var wrong = ScoreGaps.WrongClasses(context.Labels, context.Model.Classes);
        var scores = context.Model.Logits(context.Clean).nan_to_num().gather(1, wrong);
        var classes = wrong.gather(1, scores.argsort(1, descending: true)).narrow(1, 0, count);
        var clean = context.Clean.flatten(1);
        var x = clean.clone();
        var sum = zeros_like(x);
        for (var step = 0; step < options.Steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (logits, gaps, slopes) = ScoreGaps.Of(context, x.view_as(context.Clean), classes);
            nearest.Offer(x, logits);
            var standing = nearest.Distance.isinf();
            if (!standing.any().item<bool>())
            {
                break;
            }
            var (gap, slope) = ScoreGaps.Nearest(geometry, gaps, slopes);
            sum.add_(ScoreGaps.MovesToBoundary(geometry, box, x, gap, slope));
            var next = (clean + (sum * (1 + options.Overshoot))).clamp_(box.Low, box.High);
            x.copy_(where(standing, next, x));
        }
        nearest.Offer(x, context.Model.Logits(x.view_as(context.Clean)));
        return nearest.Points().MoveToOuterDisposeScope();
    }
}
