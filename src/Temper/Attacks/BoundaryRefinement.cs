using Temper.Losses;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The last steps of a search for the nearest wrong point: what was found is drawn to the foot of the linearised boundary.</summary>
/// <remarks>
/// At the nearest wrong point so far the boundary is linearised, and the point of the box on it that is nearest to the clean input
/// is computed exactly. There or, where the model is right there, on the way to it lies the next point; the way is halved as often
/// as needed. Before, up to three gradients tell whether the boundary of another class that scores well there is nearer. On a linear
/// model the nearest wrong point of these classes is found so. Each step costs a forward pass and a gradient.
/// </remarks>
/// <param name="context">What the attack works with.</param>
/// <param name="geometry">The norm.</param>
/// <param name="nearest">What was found.</param>
internal sealed class BoundaryRefinement(AttackContext context, NormGeometry geometry, NearestWrong nearest)
{
    /// <summary>How far beyond the boundary the points wanted lie, as a share of their largest score.</summary>
    public const double Hair = 1e-5;

    // Beyond the boundary, since the point wanted is a wrong one.
    private const double Overshoot = 1 + 1e-3;
    private const int MostClasses = 3;

    private readonly Tensor _clean = context.Clean.flatten(1);
    private readonly PixelRange _box = context.Threat.Box;

    /// <summary>Runs the steps.</summary>
    /// <param name="last">The last point of the search, from which an example goes on for which nothing is found; shape (N, D), borrowed.</param>
    /// <param name="steps">The gradients to spend; at most as many forward passes, and two.</param>
    public void Run(Tensor last, int steps)
    {
        using var scope = NewDisposeScope();
        nearest.Offer(last, context.Model.Logits(last.view_as(context.Clean)), Hair);
        var point = where(nearest.Distance.isinf(), last, nearest.Points().flatten(1));
        var x = point.clone();
        var (margin, slope) = (zeros_like(nearest.Distance), zeros_like(x));
        var share = ones_like(nearest.Distance);
        var isOther = zeros_like(nearest.Distance, dtype: ScalarType.Bool);
        var looked = 0;
        if (context.Model.Classes > 2 && steps > 3)
        {
            looked = Math.Min(MostClasses, Math.Min(context.Model.Classes - 1, steps / 2));
            LookAround((x, margin, slope, isOther), looked);
        }
        for (var step = looked; step < steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var before = nearest.Distance.clone();
            var (logits, loss, raw) = context.Gradient(Margin.Instance, x.view_as(context.Clean));
            nearest.Offer(x, logits, Hair);
            var take = nearest.Distance.lt(before).logical_or(before.isinf());
            if (step == 0)
            {
                take.fill_(true);
            }
            point.copy_(where(take, x, point));
            margin.copy_(where(take, loss.nan_to_num().unsqueeze(1), margin));
            slope.copy_(where(take, raw.nan_to_num_(0, 0, 0).flatten(1), slope));
            // A foot on the boundary of another class was a try of its own.
            share.copy_(where(take, share.mul(2).clamp_max(1), where(isOther, share, share / 2)));
            isOther.fill_(false);
            var foot = Foot(point, margin, slope);
            x.copy_(geometry.Between(point, foot, _clean, slope, share).clamp_(_box.Low, _box.High));
        }
        nearest.Offer(x, context.Model.Logits(x.view_as(context.Clean)), Hair);
    }

    /// <summary>Linearises the boundaries of the classes that score best, and goes to the nearest of their feet.</summary>
    private void LookAround((Tensor X, Tensor Margin, Tensor Slope, Tensor IsOther) at, int count)
    {
        using var scope = NewDisposeScope();
        var scores = context.Model.Logits(at.X.view_as(context.Clean)).nan_to_num();
        var wrong = ScoreGaps.WrongClasses(context.Labels, context.Model.Classes);
        var classes = wrong.gather(1, scores.gather(1, wrong).argsort(1, descending: true)).narrow(1, 0, count);
        var (_, gaps, slopes) = ScoreGaps.Of(context, at.X.view_as(context.Clean), classes);
        var point = at.X.clone();
        var shortest = full_like(at.Margin, double.PositiveInfinity);
        for (var k = 0; k < count; k++)
        {
            using var inner = NewDisposeScope();
            var (gap, slope) = (gaps.select(1, k).unsqueeze(1), slopes.select(1, k));
            var foot = Foot(point, gap, slope);
            var reach = (gap + ((foot - point) * slope).sum(1, keepdim: true)).ge(0);
            var length = where(reach, geometry.Length(foot - _clean), full_like(gap, double.PositiveInfinity));
            var take = length.lt(shortest);
            at.X.copy_(where(take, foot, at.X));
            shortest.copy_(minimum(length, shortest));
            if (k == 0)
            {
                at.Margin.copy_(gap);
                at.Slope.copy_(slope);
            }
            else
            {
                at.IsOther.copy_(take.logical_or(at.IsOther));
            }
        }
        at.X.clamp_(_box.Low, _box.High);
    }

    private Tensor Foot(Tensor point, Tensor margin, Tensor slope)
    {
        using var scope = NewDisposeScope();
        var gap = margin + ((_clean - point) * slope).sum(1, keepdim: true);
        var moves = ScoreGaps.MovesToBoundary(geometry, _box, _clean, gap.clamp_max(0) * Overshoot, slope);
        return (_clean + moves).MoveToOuterDisposeScope();
    }
}
