using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The steps that <see cref="Fab"/> and <see cref="FabTargeted"/> share.</summary>
/// <remarks>Croce and Hein 2020, algorithm 1, with its constants.</remarks>
internal sealed class FabSearch(AttackContext context, NormGeometry geometry, NearestWrong nearest)
{
    private const double MostBias = 0.1;
    private const double Overshoot = 1.05;
    private const double Backward = 0.9;
    private const int FinalSteps = 3;

    /// <summary>Walks along the boundary towards the clean inputs.</summary>
    /// <param name="start">The start, borrowed.</param>
    /// <param name="classes">The classes whose boundaries are looked at, shape (N, K).</param>
    /// <param name="steps">The number of steps.</param>
    public void Walk(Tensor start, Tensor classes, int steps)
    {
        using var scope = NewDisposeScope();
        var (clean, box) = (context.Clean.flatten(1), context.Threat.Box);
        var x = start.flatten(1).clone();
        for (var step = 0; step < steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (logits, gaps, slopes) = ScoreGaps.Of(context, x.view_as(context.Clean), classes);
            var wrong = nearest.Offer(x, logits);
            var (gap, slope) = ScoreGaps.Nearest(geometry, gaps, slopes);
            // From a wrong point the walk goes on nearer to the clean input, by the same linear model: no pass is spent there.
            var from = where(wrong, clean + ((x - clean) * Backward), x);
            var fromGap = gap + ((from - x) * slope).sum(1, keepdim: true);
            Advance(from, fromGap, slope, (x, clean, box), MostBiases());
        }
    }

    /// <summary>Pulls the points found back towards the clean inputs, by the rule of false position.</summary>
    public void Finish()
    {
        using var scope = NewDisposeScope();
        var line = nearest.Points() - context.Clean;
        var shape = line.shape.Select((size, i) => i == 0 ? size : 1).ToArray();
        var (low, high) = (zeros(shape, device: line.device), ones(shape, device: line.device));
        var lowMargin = Margins(context.Clean).view(shape);
        var highMargin = Margins(context.Clean + line).view(shape);
        for (var step = 0; step < FinalSteps; step++)
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

    /// <summary>How much of the way is drawn towards the clean input, at most.</summary>
    /// <remarks>A class that has to pass several others lies behind several boundaries; until it is reached, the pull leads out again.</remarks>
    private Tensor MostBiases() =>
        context.Aim.TakesAny
            ? full_like(nearest.Distance, MostBias)
            : nearest.Distance.isfinite().to(ScalarType.Float32).mul_(MostBias);

    private void Advance(
        Tensor from,
        Tensor gap,
        Tensor slope,
        (Tensor X, Tensor Clean, PixelRange Box) to,
        Tensor mostBias
    )
    {
        var cleanGap = gap + ((to.Clean - from) * slope).sum(1, keepdim: true);
        var near = ScoreGaps.MovesToBoundary(geometry, to.Box, from, gap, slope);
        var direct = ScoreGaps.MovesToBoundary(geometry, to.Box, to.Clean, cleanGap, slope);
        var (a, b) = (geometry.Length(near).clamp_min(1e-8), geometry.Length(direct).clamp_min(1e-8));
        var bias = (a / (a + b)).minimum(mostBias);
        var next = ((from + (near * Overshoot)) * (1 - bias)) + ((to.Clean + (direct * Overshoot)) * bias);
        to.X.copy_(next.clamp_(to.Box.Low, to.Box.High));
    }
}
