using Temper.Losses;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Keeps, per example, the best point seen: the first that the model gets wrong, else the one of largest loss.</summary>
public sealed class BestIterate : IDisposable
{
    private readonly Tensor _points;
    private readonly Tensor _loss;
    private readonly Tensor _found;

    /// <summary>Starts with a point that any scored point replaces.</summary>
    /// <param name="start">The starting point, borrowed.</param>
    public BestIterate(Tensor start)
    {
        using var noGrad = no_grad();
        _points = start.detach().clone().DetachFromDisposeScope();
        _loss = full([start.shape[0]], double.NegativeInfinity, device: start.device).DetachFromDisposeScope();
        _found = zeros([start.shape[0]], dtype: ScalarType.Bool, device: start.device).DetachFromDisposeScope();
    }

    /// <summary>Offers scored points.</summary>
    /// <param name="x">The points, borrowed.</param>
    /// <param name="logits">Their scores.</param>
    /// <param name="loss">Their loss per example.</param>
    /// <param name="labels">The labels.</param>
    /// <returns>True when a wrong point is known for every example.</returns>
    public bool Offer(Tensor x, Tensor logits, Tensor loss, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wrong = Margin.Wrong(logits, labels);
        var take = _found.logical_not().logical_and_(wrong.logical_or(loss.gt(_loss)));
        _points.copy_(where(Tensors.PerExample(take, x), x, _points));
        _loss.copy_(where(take, loss, _loss));
        _found.logical_or_(wrong);
        return _found.all().item<bool>();
    }

    /// <summary>The best points; the caller owns the result.</summary>
    public Tensor Points() => _points.alias();

    /// <inheritdoc/>
    public void Dispose()
    {
        _points.Dispose();
        _loss.Dispose();
        _found.Dispose();
    }
}
