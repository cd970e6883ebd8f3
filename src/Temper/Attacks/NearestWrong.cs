using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Keeps, per example, the nearest point that reaches the goal, any wrong class or the one aimed at; the clean input until one is found.</summary>
internal sealed class NearestWrong : IDisposable
{
    private readonly AttackContext _context;
    private readonly Tensor _points;
    private readonly Tensor _distance;

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
    }

    /// <summary>Gets the distances in the threat's norm, float32, shape (N, 1); infinite where nothing is found. Borrowed.</summary>
    public Tensor Distance => _distance;

    /// <summary>Offers scored points.</summary>
    /// <param name="x">The points, inside the box, shape as the inputs or flattened; borrowed.</param>
    /// <param name="logits">Their scores.</param>
    /// <returns>Which rows reach the goal, bool, shape (N, 1); the caller owns it.</returns>
    public Tensor Offer(Tensor x, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var shaped = x.view_as(_points);
        var wrong = _context.Aim.Reached(logits).unsqueeze(1);
        var distance = _context.Threat.Distance(shaped, _context.Clean).to(ScalarType.Float32).unsqueeze(1);
        var take = wrong.logical_and(distance.lt(_distance));
        _points.copy_(where(Tensors.PerExample(take.squeeze(1), shaped), shaped, _points));
        _distance.copy_(where(take, distance, _distance));
        return wrong.MoveToOuterDisposeScope();
    }

    /// <summary>The points; the caller owns the copy.</summary>
    public Tensor Points() => _points.clone();

    /// <inheritdoc/>
    public void Dispose()
    {
        _points.Dispose();
        _distance.Dispose();
    }
}
