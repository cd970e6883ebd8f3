using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Keeps, per example, the nearest point that reaches the goal, any wrong class or the one aimed at; the clean input until one is found.</summary>
internal sealed class NearestWrong : IDisposable
{
    private readonly AttackContext _context;
    private readonly Tensor _points;
    private readonly Tensor _distance;
    private readonly Tensor _margin;

    /// <summary>Starts with nothing found.</summary>
    /// <param name="context">What the attack works with, borrowed.</param>
    public NearestWrong(AttackContext context)
    {
        _context = context;
        _points = context.Clean.detach().clone().DetachFromDisposeScope();
        _distance = full(
                [context.Clean.shape[0], 1],
                double.PositiveInfinity,
                dtype: ScalarType.Float32,
                device: context.Clean.device
            )
            .DetachFromDisposeScope();
        _margin = zeros_like(_distance).DetachFromDisposeScope();
    }

    /// <summary>Gets the distances in the threat's norm, float32, shape (N, 1); infinite where nothing is found. Borrowed.</summary>
    public Tensor Distance => _distance;

    /// <summary>Gets how far beyond the boundary the points lie, shape (N, 1); 0 where nothing is found. Borrowed.</summary>
    public Tensor Margin => _margin;

    /// <summary>Offers scored points.</summary>
    /// <param name="x">The points, inside the box, shape as the inputs or flattened; borrowed.</param>
    /// <param name="logits">Their scores.</param>
    /// <param name="hair">
    /// How far beyond the boundary a point must lie to take the place of another, as a share of its largest score. A search that
    /// closes in on the boundary needs it: what lies on it to the last bit is right again as soon as sums are taken in another order.
    /// </param>
    /// <returns>Which rows reach the goal, bool, shape (N, 1); the caller owns it.</returns>
    public Tensor Offer(Tensor x, Tensor logits, double hair = 0)
    {
        using var scope = NewDisposeScope();
        var shaped = x.view_as(_points);
        var wrong = _context.Aim.Reached(logits);
        var verdicts = Tensors.ToArray<bool>(wrong);
        if (verdicts.Contains(true))
        {
            // Of right points, of which there may be many, no distance is needed.
            long[] rows =
            [
                .. Enumerable.Range(0, verdicts.Length).Where(row => verdicts[row]).Select(row => (long)row),
            ];
            var which = tensor(rows, device: shaped.device);
            var distance = full_like(_distance, double.PositiveInfinity);
            var found = _context.Threat.Distance(shaped.index_select(0, which), _context.Clean.index_select(0, which));
            distance.index_copy_(0, which, found.to(ScalarType.Float32).unsqueeze(1));
            var take = distance.lt(_distance);
            var margins = _context.Aim.Margins(logits).unsqueeze(1);
            if (hair > 0)
            {
                var beyond = margins - (logits.abs().amax([1], keepdim: true) * hair);
                take = take.logical_and(beyond.ge(0).logical_or(_distance.isinf()));
            }
            _margin.copy_(where(take, margins, _margin));
            _points.copy_(where(Tensors.PerExample(take.squeeze(1), shaped), shaped, _points));
            _distance.copy_(where(take, distance, _distance));
        }
        return wrong.unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>The points; the caller owns the copy.</summary>
    public Tensor Points() => _points.clone();

    /// <inheritdoc/>
    public void Dispose()
    {
        _points.Dispose();
        _distance.Dispose();
        _margin.Dispose();
    }
}
