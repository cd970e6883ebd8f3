using System.Buffers;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The steps that <see cref="Fab"/> and <see cref="FabTargeted"/> share.</summary>
/// <remarks>Croce and Hein 2020, algorithm 1, with its constants.</remarks>
internal sealed class FabSearch(AttackContext context, NormGeometry geometry, NearestWrong nearest)
{
    private const double MostBias = 0.1;
    private const float Overshoot = 1.05f;
    private const double Tiny = 1e-8;
    private const double Backward = 0.9;

    /// <summary>Walks along the boundary towards the clean inputs.</summary>
    /// <param name="start">The start, borrowed.</param>
    /// <param name="classes">The classes whose boundaries are looked at, shape (N, K).</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="isAnew">
    /// Whether the gradients are taken anew where the walk goes on from a wrong point, as published, for a forward more a step. Else the
    /// linear model at the wrong point serves for the step back and the next one: with the gradients of many classes at once, a few
    /// steps so get nearer than the same passes spent on fewer.
    /// </param>
    public void Walk(Tensor start, Tensor classes, int steps, bool isAnew)
    {
        using var scope = NewDisposeScope();
        var clean = context.Clean.flatten(1);
        var x = start.flatten(1).clone();
        for (var step = 0; step < steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (logits, gaps, slopes) = ScoreGaps.Of(context, x.view_as(context.Clean), classes);
            var (gap, slope) = ScoreGaps.Nearest(geometry, gaps, slopes);
            var back = isAnew ? null : Tensors.ToArray<bool>(nearest.Offer(x, logits));
            Advance(x, (clean, back), Tensors.ToArray<float>(gap), slope);
            if (isAnew)
            {
                var wrong = nearest.Offer(x, context.Model.Logits(x.view_as(context.Clean)));
                x.copy_(where(wrong, clean + ((x - clean) * Backward), x));
            }
        }
    }

    /// <summary>Pulls the points found back towards the clean inputs, by the rule of false position.</summary>
    /// <param name="cleanLogits">The scores of the clean inputs, borrowed.</param>
    /// <param name="steps">The number of steps, a forward each.</param>
    public void Finish(Tensor cleanLogits, int steps)
    {
        using var scope = NewDisposeScope();
        nearest.Offer(context.Clean, cleanLogits);
        var line = nearest.Points() - context.Clean;
        var shape = line.shape.Select((size, i) => i == 0 ? size : 1).ToArray();
        var (low, high) = (zeros(shape, device: line.device), ones(shape, device: line.device));
        var lowMargin = context.Aim.Margins(cleanLogits).view(shape);
        var highMargin = nearest.Margin.view(shape).clone();
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            var share = (lowMargin / (lowMargin - highMargin)).nan_to_num(0.5).clamp(0, 1);
            // A hair beyond, since the point wanted is a wrong one.
            var middle = (low + ((high - low) * (share * (1 + 1e-3)).clamp_(0, 1)));
            var margin = Margins(context.Clean + (line * middle)).view(shape);
            var isWrong = margin.lt(0).logical_not();
            high.copy_(where(isWrong, middle, high));
            highMargin.copy_(where(isWrong, margin, highMargin));
            low.copy_(where(isWrong, low, middle));
            lowMargin.copy_(where(isWrong, lowMargin, margin));
        }
    }

    private Tensor Margins(Tensor x)
    {
        using var scope = NewDisposeScope();
        var legal = x.clamp(context.Threat.Box.Low, context.Threat.Box.High);
        var logits = context.Model.Logits(legal);
        nearest.Offer(legal, logits);
        return context.Aim.Margins(logits).MoveToOuterDisposeScope();
    }

    /// <summary>One step: to the boundary as the linear model at x sees it, drawn towards the point of it that is nearest to the clean input.</summary>
    private void Advance(Tensor x, (Tensor Clean, bool[]? Back) from, float[] gaps, Tensor slopes)
    {
        var box = context.Threat.Box;
        var (low, high) = ((float)box.Low, (float)box.High);
        var distances = Tensors.ToArray<float>(nearest.Distance);
        // A class that has to pass several others lies behind several boundaries; until it is reached, the pull leads out again.
        var pullsAlways = context.Aim.TakesAny;
        Rows.Overwrite(
            x,
            from.Clean,
            slopes,
            (row, point, clean, slope) =>
            {
                using var moves = new BoundaryMoves(geometry, box, point.Length);
                var near = ArrayPool<float>.Shared.Rent(point.Length);
                var direct = ArrayPool<float>.Shared.Rent(point.Length);
                var gap = (double)gaps[row];
                if (from.Back?[row] == true)
                {
                    gap += (1 - Backward) * Rise(clean, point, slope);
                    for (var i = 0; i < point.Length; i++)
                    {
                        point[i] = (float)(clean[i] + ((point[i] - clean[i]) * Backward));
                    }
                }
                var a = Math.Max(moves.Find(point, gap, slope, near.AsSpan(0, point.Length)), Tiny);
                gap += Rise(clean, point, slope);
                var b = Math.Max(moves.Find(clean, gap, slope, direct.AsSpan(0, point.Length)), Tiny);
                var most = pullsAlways || float.IsFinite(distances[row]) ? MostBias : 0;
                var bias = (float)Math.Min(a / (a + b), most);
                for (var i = 0; i < point.Length; i++)
                {
                    var next =
                        ((point[i] + (near[i] * Overshoot)) * (1 - bias))
                        + ((clean[i] + (direct[i] * Overshoot)) * bias);
                    point[i] = Math.Min(Math.Max(next, low), high);
                }
                ArrayPool<float>.Shared.Return(near);
                ArrayPool<float>.Shared.Return(direct);
            }
        );
        // A mean of equal values need not be that value in float32.
        context.Threat.Budgets?.Pin(x, from.Clean);
    }

    /// <summary>By how much a linear function rises from one point to another.</summary>
    private static double Rise(ReadOnlySpan<float> to, ReadOnlySpan<float> from, ReadOnlySpan<float> slope)
    {
        var rise = 0.0;
        for (var i = 0; i < slope.Length; i++)
        {
            rise += (double)(to[i] - from[i]) * slope[i];
        }
        return rise;
    }
}
