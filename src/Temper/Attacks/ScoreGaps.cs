using Temper.Losses;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>How far scores of other classes lie above the right one, and their slopes: the decision boundary, linearised at a point.</summary>
internal static class ScoreGaps
{
    /// <summary>All wrong classes of each example, shape (N, classes − 1); the caller owns it.</summary>
    /// <param name="labels">Labels, int64, shape (N).</param>
    /// <param name="classes">The number of classes.</param>
    public static Tensor WrongClasses(Tensor labels, int classes)
    {
        using var scope = NewDisposeScope();
        var next = arange(1, classes, dtype: ScalarType.Int64, device: labels.device).unsqueeze(0);
        return (labels.unsqueeze(1) + next).remainder(classes).MoveToOuterDisposeScope();
    }

    /// <summary>Gaps z_k − z_y and their gradients, or from the highest other class where one is aimed at; one forward, and one gradient per class.</summary>
    /// <param name="context">What the attack works with.</param>
    /// <param name="x">Inputs, borrowed.</param>
    /// <param name="classes">Classes k per example, int64, shape (N, K).</param>
    /// <returns>Scores (N, classes), gaps (N, K), gradients (N, K, D), all detached; the caller owns them.</returns>
    public static (Tensor Logits, Tensor Gaps, Tensor Slopes) Of(AttackContext context, Tensor x, Tensor classes)
    {
        if (classes.shape[1] == 1 && context.Targets is null)
        {
            return OfOne(context, x, classes);
        }
        using var scope = NewDisposeScope();
        using var withGrad = enable_grad();
        var leaf = x.detach().requires_grad_();
        var logits = context.Model.Logits(leaf);
        var gaps = logits.gather(1, classes) - logits.gather(1, context.Aim.Rivals(logits));
        var slopes = new Tensor[classes.shape[1]];
        for (var k = 0; k < slopes.Length; k++)
        {
            using var column = gaps.select(1, k).sum();
            slopes[k] = autograd.grad([column], [leaf], retain_graph: true)[0].nan_to_num_(0, 0, 0).flatten(1);
            context.Model.Meter.AddGradients(x.shape[0]);
        }
        return (
            logits.detach().MoveToOuterDisposeScope(),
            gaps.detach().MoveToOuterDisposeScope(),
            stack(slopes, 1).MoveToOuterDisposeScope()
        );
    }

    /// <summary>The same for some rows of the batch, which alone are counted; for searches that end for one example after the other.</summary>
    /// <param name="context">What the attack works with.</param>
    /// <param name="x">Inputs of all rows, flattened; borrowed.</param>
    /// <param name="classes">Classes k of all rows, int64, shape (N, K); K = 0 where scores alone are wanted.</param>
    /// <param name="rows">The rows, at least one.</param>
    /// <returns>As above, for these rows in their order; the caller owns them.</returns>
    /// <remarks>The model is asked in pieces of one size, the last filled up, so that an example's scores do not depend on how many others still stand.</remarks>
    public static (Tensor Logits, Tensor Gaps, Tensor Slopes) OfRows(
        AttackContext context,
        Tensor x,
        Tensor classes,
        int[] rows
    )
    {
        using var scope = NewDisposeScope();
        using var withGrad = enable_grad();
        var (logits, gaps, slopes) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        foreach (var piece in rows.Chunk(AttackContext.Piece))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var filled = Enumerable
                .Range(0, AttackContext.Piece)
                .Select(i => (long)piece[Math.Min(i, piece.Length - 1)]);
            var which = tensor(filled.ToArray(), device: x.device);
            var leaf = x.detach()
                .index_select(0, which)
                .view([AttackContext.Piece, .. context.Clean.shape[1..]])
                .requires_grad_();
            var scores = context.Model.Inner.Logits(leaf);
            var right = scores.gather(1, context.Labels.index_select(0, which).unsqueeze(1));
            var apart = scores.gather(1, classes.index_select(0, which)) - right;
            var found = new Tensor[classes.shape[1]];
            for (var k = 0; k < found.Length; k++)
            {
                using var column = apart.select(1, k).sum();
                found[k] = autograd.grad([column], [leaf], retain_graph: true)[0].nan_to_num_(0, 0, 0).flatten(1);
            }
            logits.Add(scores.detach()[..piece.Length].MoveToOuterDisposeScope());
            gaps.Add(apart.detach()[..piece.Length].MoveToOuterDisposeScope());
            slopes.Add(
                found.Length == 0
                    ? empty(piece.Length, 0, x.shape[1], device: x.device).MoveToOuterDisposeScope()
                    : stack(found, 1)[..piece.Length].MoveToOuterDisposeScope()
            );
            context.Asked.Count(piece, (int)classes.shape[1]);
        }
        return (
            cat(logits).MoveToOuterDisposeScope(),
            cat(gaps).MoveToOuterDisposeScope(),
            cat(slopes).MoveToOuterDisposeScope()
        );
    }

    /// <summary>The same for one class each, by the attack's own pass where there is one.</summary>
    private static (Tensor Logits, Tensor Gaps, Tensor Slopes) OfOne(AttackContext context, Tensor x, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var (logits, gap, slope) = context.Gradient(MarginTargeted.Instance.Toward(classes.squeeze(1)), x);
        return (
            logits.MoveToOuterDisposeScope(),
            gap.unsqueeze(1).MoveToOuterDisposeScope(),
            slope.nan_to_num_(0, 0, 0).flatten(1).unsqueeze(1).MoveToOuterDisposeScope()
        );
    }

    /// <summary>The class whose linearised boundary is nearest.</summary>
    /// <returns>Gap (N, 1) and slope (N, D) of that class; the caller owns them.</returns>
    public static (Tensor Gap, Tensor Slope) Nearest(NormGeometry geometry, Tensor gaps, Tensor slopes)
    {
        using var scope = NewDisposeScope();
        var (n, k, d) = (slopes.shape[0], slopes.shape[1], slopes.shape[2]);
        var steepness = geometry.DualLength(slopes.reshape(n * k, d)).view(n, k);
        var far = gaps.abs().div(steepness.clamp_min(1e-12)).nan_to_num(double.MaxValue);
        var best = far.argmin(1, keepdim: true);
        var slope = slopes.gather(1, best.unsqueeze(2).expand(n, 1, d)).squeeze(1);
        return (gaps.gather(1, best).MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }

    /// <summary>The shortest moves, within the box, to where gap + slope·move = 0.</summary>
    /// <param name="geometry">The norm.</param>
    /// <param name="box">The box.</param>
    /// <param name="x">Points of the box, shape (N, D).</param>
    /// <param name="gap">Gaps at <paramref name="x"/>, shape (N, 1).</param>
    /// <param name="slope">Slopes, shape (N, D).</param>
    /// <returns>Shape (N, D); the caller owns it.</returns>
    public static Tensor MovesToBoundary(NormGeometry geometry, PixelRange box, Tensor x, Tensor gap, Tensor slope)
    {
        var moves = empty_like(x);
        var gaps = Tensors.ToArray<float>(gap);
        Rows.Overwrite(
            moves,
            x,
            slope,
            (row, move, point, slopes) =>
            {
                using var found = new BoundaryMoves(geometry, box, move.Length);
                found.Find(point, gaps[row], slopes, move);
            }
        );
        return moves;
    }
}
