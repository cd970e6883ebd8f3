using Temper.Certification.Curves;
using Temper.Certification.Maps;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Linear lower bounds, carried back from a value to the input: each curve gives way to a line below or above it.</summary>
/// <remarks>
/// Zhang et al. 2018, Efficient neural network robustness certification (CROWN). Every step's rounding is covered: what is computed is
/// less than what it stands for by at most Σ|a| times the step's magnitude times γ.
/// </remarks>
/// <param name="known">Bounds of what enters each curve.</param>
internal sealed class LinearPass(NetworkBounds known)
{
    // Numbers in one tensor of coefficients: more would not stay in a processor's cache, fewer would cost more calls.
    private const long Numbers = 1 << 17;

    private readonly BoundGraph _graph = known.Graph;

    /// <summary>How many rows are carried at a time.</summary>
    public int Rows => RowsOf(_graph);

    /// <summary>How many rows are carried at a time through a network.</summary>
    public static int RowsOf(BoundGraph graph) => (int)Math.Clamp(Numbers / graph.Widest, 16, 1 << 14);

    /// <summary>Lower bounds of single numbers of a value, or of their negatives.</summary>
    /// <param name="value">The value.</param>
    /// <param name="owner">The example of each row, int64 (P).</param>
    /// <param name="index">The number in the flattened value, int64 (P).</param>
    /// <param name="sign">1 or −1.</param>
    /// <returns>Float64 (P).</returns>
    public Tensor UnitLeast(int value, Tensor owner, Tensor index, int sign)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var rows = Rows * RowsOfWindows(value);
        foreach (var (from, count, only) in Chunks(Numerics.Tensors.ToArray<long>(owner), rows))
        {
            using var part = NewDisposeScope();
            var least = Unit(value, owner.narrow(0, from, count), index.narrow(0, from, count), sign, only);
            parts.Add(least.MoveToOuterDisposeScope());
        }
        return cat(parts, 0).MoveToOuterDisposeScope();
    }

    /// <summary>Runs of rows; an example that has many of them is alone in its runs.</summary>
    private static IEnumerable<(int From, int Count, long? Only)> Chunks(long[] owners, int rows)
    {
        var from = 0;
        while (from < owners.Length)
        {
            var own = from;
            while (own < owners.Length && own - from < rows && owners[own] == owners[from])
            {
                own++;
            }
            var isOne = own - from >= rows / 2 || own == owners.Length;
            var count = isOne ? own - from : Math.Min(rows, owners.Length - from);
            yield return (from, count, isOne ? owners[from] : null);
            from += count;
        }
    }

    /// <summary>Lower bounds of linear functions of a value.</summary>
    /// <param name="rows">The functions.</param>
    /// <param name="value">The value.</param>
    /// <param name="choice">Slopes and multipliers row by row; null for the standard ones.</param>
    /// <param name="interval">Whether to end at the first curve, by its interval.</param>
    /// <param name="seen">Told the coefficients of every curve's result and of the input (−1).</param>
    /// <returns>Float64 (P).</returns>
    public Tensor Least(
        Coefficients rows,
        int value,
        RowChoice? choice = null,
        bool interval = false,
        Action<int, Coefficients>? seen = null
    )
    {
        var open = new Dictionary<int, Coefficients> { [value] = rows };
        var total = zeros([rows.Values.shape[0]], ScalarType.Float64);
        return Carry(open, _graph.MakerOf(value) ?? -1, total, choice, interval, seen);
    }

    private Tensor Unit(int value, Tensor owner, Tensor index, int sign, long? only)
    {
        using var scope = NewDisposeScope();
        var signs = full([owner.shape[0]], sign, ScalarType.Float64);
        var maker = _graph.MakerOf(value) ?? -1;
        if (
            maker >= 0
            && _graph.Steps[maker].Op is AffineOp affine
            && (affine is ConvMap || _graph.Shapes[value].Length == 1)
            && affine.Begin(index, signs, owner) is { } begun
        )
        {
            var total = known.SizeOf(maker).index_select(0, owner) * -Rounding.Slack(affine.Terms);
            if (affine.Constant is { } c)
            {
                total += c.expand([1, .. _graph.Shapes[value]]).flatten().index_select(0, index) * sign;
            }
            var open = new Dictionary<int, Coefficients>
            {
                [_graph.Steps[maker].Inputs[0]] = begun with { Only = only },
            };
            return Carry(open, maker - 1, total, null, false, null).MoveToOuterDisposeScope();
        }
        var rows = zeros([owner.shape[0], _graph.SizeOf(value)], ScalarType.Float64)
            .scatter(1, index.unsqueeze(1), signs.unsqueeze(1))
            .view([-1, .. _graph.Shapes[value]]);
        return Least(new(rows, owner, only), value).MoveToOuterDisposeScope();
    }

    private Tensor Carry(
        Dictionary<int, Coefficients> open,
        int from,
        Tensor total,
        RowChoice? choice,
        bool interval,
        Action<int, Coefficients>? seen
    )
    {
        for (var i = from; i >= 0; i--)
        {
            var step = _graph.Steps[i];
            if (!open.Remove(step.Output, out var rows))
            {
                continue;
            }
            var values = rows.Values.NumberOfElements / Math.Max(1, rows.Values.shape[0]);
            if (step.Op is AffineOp affine)
            {
                total = total - Slack(rows, i, Math.Max(affine.Terms, values));
                if (affine.Constant is { } c)
                {
                    total = total + rows.Dot(c);
                }
                var parts = affine.Back(rows);
                for (var k = 0; k < parts.Count; k++)
                {
                    Coefficients.Put(open, step.Inputs[k], parts[k]);
                }
                continue;
            }
            seen?.Invoke(i, rows);
            if (interval)
            {
                var z = known.Of(step.Output);
                total =
                    total
                    + rows.Dot(z.Middle())
                    - rows.With(rows.Values.abs()).Dot(z.Radius())
                    - Slack(rows, i, values);
                continue;
            }
            var (next, gain) = Through((CurveOp)step.Op, i, rows, choice);
            total = total + gain - Slack(rows, i, values);
            Coefficients.Put(open, step.Inputs[0], next);
        }
        if (!open.TryGetValue(0, out var input))
        {
            return total;
        }
        seen?.Invoke(-1, input);
        return total + known.Set.Least(input);
    }

    private (Coefficients Next, Tensor Gain) Through(CurveOp curve, int step, Coefficients rows, RowChoice? choice)
    {
        var standard = known.LinesOf(step);
        var lines = new Lines(
            rows.Gather(standard.LowerSlope),
            standard.LowerShift is { } shift ? rows.Gather(shift) : null,
            rows.Gather(standard.UpperSlope),
            rows.Gather(standard.UpperShift)
        );
        var own = choice?.Units.Of(step);
        if (own is { Count: > 0 })
        {
            var z = known.Of(_graph.Steps[step].Inputs[0]);
            lines = own.Bent(new(rows.Gather(own.Pick(z.Lower)), rows.Gather(own.Pick(z.Upper))), lines, choice!);
        }
        var isBelow = rows.Values.gt(0);
        var next = rows.Values * where(isBelow, lines.LowerSlope, lines.UpperSlope);
        var gain = Coefficients.Sum(rows.Values.clamp_max(0), lines.UpperShift);
        if (lines.LowerShift is { } below)
        {
            gain = gain + Coefficients.Sum(rows.Values.clamp_min(0), below);
        }
        if (own is { Count: > 0 } && choice!.Fences is { } fences)
        {
            // For z on its side of 0, sign · z ≥ 0: a multiple from 0 of it, taken away, leaves a lower bound.
            var fence = own.In(fences);
            next = next.flatten(1).index_add(1, own.Index, fence, -1).view_as(next);
            gain = gain - Slack(new(fence, rows.Owner), step, 1);
        }
        return (rows.With(next), gain);
    }

    private Tensor Slack(Coefficients rows, int step, long terms) =>
        rows.Sizes() * known.SizeOf(step).index_select(0, rows.Owner) * Rounding.Slack(terms);

    /// <summary>Rows of windows are small, so more of them fit.</summary>
    private int RowsOfWindows(int value) =>
        _graph.MakerOf(value) is { } maker && _graph.Steps[maker].Op is ConvMap ? 4 : 1;
}
