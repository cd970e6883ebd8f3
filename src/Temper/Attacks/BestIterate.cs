using Temper.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Keeps, per example, the best point seen: the first that reaches the goal, else the one of largest loss.</summary>
/// <remarks>
/// The decisions are made here and not by tensor operations: for a batch of scores a dozen of these cost more than the decisions,
/// and rows that are not better need not be copied.
/// </remarks>
public sealed class BestIterate : IDisposable
{
    private readonly Aim _aim;
    private readonly Tensor _points;
    private readonly float[] _loss;
    private readonly bool[] _found;
    private bool[] _taken = [];

    /// <summary>Starts with a point that any scored point replaces.</summary>
    /// <param name="start">The starting point, borrowed.</param>
    /// <param name="context">What the attack works with, borrowed; it knows the goal.</param>
    public BestIterate(Tensor start, AttackContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _aim = context.Aim;
        using var noGrad = no_grad();
        _points = start.detach().contiguous().clone().DetachFromDisposeScope();
        _loss = new float[start.shape[0]];
        Array.Fill(_loss, float.NegativeInfinity);
        _found = new bool[start.shape[0]];
    }

    /// <summary>Offers scored points.</summary>
    /// <param name="x">The points, borrowed.</param>
    /// <param name="logits">Their scores.</param>
    /// <param name="loss">Their loss per example.</param>
    /// <returns>True when a point that reaches the goal is known for every example.</returns>
    public bool Offer(Tensor x, Tensor logits, Tensor loss)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var scores = Tensors.ToArray<float>(logits);
        var losses = Tensors.ToArray<float>(loss);
        var take = new bool[losses.Length];
        var width = scores.Length / Math.Max(1, take.Length);
        for (var row = 0; row < take.Length; row++)
        {
            if (_found[row])
            {
                continue;
            }
            _found[row] = !LossOnly && _aim.IsReached(scores.AsSpan(row * width, width), row);
            take[row] = _found[row] || losses[row] > _loss[row];
            if (take[row])
            {
                _loss[row] = losses[row];
            }
        }
        CopyRows(x, _points, take);
        _taken = take;
        return !_found.AsSpan().Contains(false);
    }

    /// <summary>Gets whether the largest loss counts alone, wrong or not, so that no example is ever done.</summary>
    internal bool LossOnly { get; init; }

    /// <summary>Gets which examples took the point offered last.</summary>
    internal bool[] Taken => _taken;

    /// <summary>The best points; the caller owns the result.</summary>
    public Tensor Points() => _points.alias();

    /// <inheritdoc/>
    public void Dispose() => _points.Dispose();

    /// <summary>Copies some rows from one batch to another.</summary>
    /// <param name="from">The source, borrowed.</param>
    /// <param name="to">The destination, contiguous, same shape; overwritten in these rows.</param>
    /// <param name="rows">Which rows.</param>
    internal static void CopyRows(Tensor from, Tensor to, bool[] rows)
    {
        if (from.device_type != DeviceType.CPU || from.dtype != ScalarType.Float32 || !from.is_contiguous())
        {
            using var scope = NewDisposeScope();
            var mask = tensor(rows, device: from.device);
            to.copy_(where(Tensors.PerExample(mask, from), from, to));
            return;
        }
        var source = Tensors.Floats(from);
        var target = Tensors.Floats(to);
        var width = source.Length / Math.Max(1, rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            if (rows[row])
            {
                source.Slice(row * width, width).CopyTo(target[(row * width)..]);
            }
        }
    }
}
