using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>APGD's moves under L1: the values of largest slope move by equal sizes, as many as the best point so far suggests.</summary>
/// <remarks>
/// Croce and Hein 2021, Mind the box: ℓ1-APGD for sparse adversarial attacks on image classifiers, algorithm 1: no momentum; steps
/// from ε down to ε/10; first a fifth of the values, then two thirds of as many as the best point has changed.
/// </remarks>
internal sealed class SparseSteps : AutoSteps
{
    private const double FirstShare = 0.2;
    private const double SparserThanBest = 1.5;
    private const double Reduction = 1.5;
    private const double LeastStep = 0.1;
    private const double StillFalling = 0.95;
    private const int ChecksPerHundredSteps = 4;

    private readonly AutoSearch _search;
    private readonly ValueBudgets? _budgets;
    private readonly double _first;
    private readonly double[] _size;
    private readonly double[] _share;
    private readonly int[] _changed;
    private readonly int _period;
    private int _since;

    /// <summary>Starts.</summary>
    /// <param name="epsilon">The budget.</param>
    /// <param name="budgets">The values that may change; null for all.</param>
    /// <param name="search">The search.</param>
    public SparseSteps(double epsilon, ValueBudgets? budgets, AutoSearch search)
    {
        (_search, _first, _budgets) = (search, epsilon, budgets);
        _period = Math.Max(1, search.Steps * ChecksPerHundredSteps / 100);
        _size = [.. Enumerable.Repeat(_first, search.StartLoss.Length)];
        _share = new double[_size.Length];
        _changed = Changed(search.Start);
        var width = Width;
        for (var row = 0; row < _share.Length; row++)
        {
            if (!search.IsContinued)
            {
                _changed[row] = width;
            }
            _share[row] = search.IsContinued ? _changed[row] / SparserThanBest : FirstShare * width;
        }
    }

    private int Width => _budgets?.Allowed ?? (int)(_search.Centre.numel() / Math.Max(1, _search.Centre.shape[0]));

    /// <inheritdoc/>
    public override Tensor Next(Tensor x, Tensor? previous, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var next = x.contiguous().clone();
        var slopes = gradient.clone();
        _budgets?.Silence(slopes);
        Rows.Overwrite(
            next,
            slopes,
            (row, point, slope) => Step(point, slope, (long)Math.Ceiling(_share[row]), _size[row])
        );
        _search.Region.ProjectInPlace(next);
        return next.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override bool[]? After(ReadOnlySpan<float> loss, Tensor best)
    {
        if (++_since < _period)
        {
            return null;
        }
        _since = 0;
        var changed = Changed(best);
        var back = new bool[changed.Length];
        for (var row = 0; row < back.Length; row++)
        {
            // Where the best point grew sparser, the search begins anew from it with fewer values and long steps.
            back[row] = changed[row] < StillFalling * _changed[row];
            _size[row] = back[row] ? _first : Math.Max(_size[row] / Reduction, LeastStep * _first);
            (_share[row], _changed[row]) = (changed[row] / SparserThanBest, changed[row]);
        }
        return back;
    }

    private static void Step(Span<float> point, ReadOnlySpan<float> slope, long count, double size)
    {
        var steepness = new double[slope.Length];
        for (var i = 0; i < steepness.Length; i++)
        {
            steepness[i] = slope[i] != 0 ? Math.Abs(slope[i]) : double.NegativeInfinity;
        }
        var chosen = Largest.Mark(steepness, Math.Max(1, count));
        var each = size / Math.Max(1, chosen.Count(c => c));
        for (var i = 0; i < point.Length; i++)
        {
            point[i] += chosen[i] ? (float)(slope[i] > 0 ? each : -each) : 0;
        }
    }

    /// <summary>How many values of each row differ from the clean input.</summary>
    private int[] Changed(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var counts = x.ne(_search.Centre).flatten(1).sum(1).to(ScalarType.Int64);
        return [.. Tensors.ToArray<long>(counts).Select(c => (int)c)];
    }
}
