using Temper.Certification.Curves;
using Temper.Certification.Maps;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>What is known of every value of a network over sets of inputs; tensors belong to the caller's dispose scope.</summary>
internal sealed class NetworkBounds
{
    private readonly Bounds?[] _values;
    private readonly Tensor?[] _sizes;
    private readonly Lines?[] _lines;

    private NetworkBounds(BoundGraph graph, InputSet set)
    {
        (Graph, Set) = (graph, set);
        _values = new Bounds?[graph.Shapes.Count];
        _sizes = new Tensor?[graph.Steps.Count];
        _lines = new Lines?[graph.Steps.Count];
        _values[0] = set.Box;
        Empty = zeros([set.Centre.shape[0]], ScalarType.Bool);
    }

    /// <summary>Gets which sets are empty: bounds that were given contradict what follows from the others.</summary>
    public Tensor Empty { get; private set; }

    /// <summary>Gets the network.</summary>
    public BoundGraph Graph { get; }

    /// <summary>Gets the inputs.</summary>
    public InputSet Set { get; }

    /// <summary>The bounds of a value.</summary>
    public Bounds Of(int value) => _values[value]!;

    /// <summary>A magnitude for the rounding of a step, per example: no sum of its terms is larger.</summary>
    public Tensor SizeOf(int step) => _sizes[step]!;

    /// <summary>The lines around a curve, where bounds are refined or given.</summary>
    public Lines LinesOf(int step) => _lines[step]!;

    /// <summary>How many units of all curves gain by closer bounds, on average over the sets.</summary>
    public double LooseCount() =>
        Graph
            .Steps.Where(s => s.Op is CurveOp)
            .Sum(s => ((CurveOp)s.Op).Loose(Of(s.Inputs[0])).to(ScalarType.Float64).sum().item<double>())
        / Math.Max(1, Set.Centre.shape[0]);

    /// <summary>What is known of each row's set, a row each.</summary>
    /// <param name="owner">The example of each row.</param>
    public NetworkBounds ForRows(Tensor owner)
    {
        var rows = new NetworkBounds(Graph, Set.Rows(owner)) { Empty = Empty.index_select(0, owner) };
        for (var i = 0; i < _values.Length; i++)
        {
            rows._values[i] = _values[i]?.Rows(owner);
        }
        return rows;
    }

    /// <summary>What is known of parts of one set, from closer bounds of what enters the curves alone.</summary>
    /// <param name="given">Those bounds, by value, a row for each part.</param>
    /// <param name="count">The number of parts.</param>
    public NetworkBounds Parts(IReadOnlyDictionary<int, Bounds> given, long count)
    {
        using var noGrad = no_grad();
        Tensor Each(Tensor one) => one.expand([count, .. one.shape[1..]]);
        var parts = new NetworkBounds(Graph, Set.Rows(zeros([count], ScalarType.Int64)));
        for (var value = 0; value < _values.Length; value++)
        {
            parts._values[value] =
                given.GetValueOrDefault(value)
                ?? (_values[value] is { } whole ? new(Each(whole.Lower), Each(whole.Upper)) : null);
        }
        for (var step = 0; step < _sizes.Length; step++)
        {
            // A part is no larger than the whole.
            parts._sizes[step] = _sizes[step] is { } size ? Each(size) : null;
            if (Graph.Steps[step].Op is CurveOp curve)
            {
                parts._lines[step] = curve.Between(parts.Of(Graph.Steps[step].Inputs[0]));
            }
        }
        return parts;
    }

    /// <summary>Bounds step by step.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="set">The inputs.</param>
    /// <param name="refine">Whether what enters a curve is bounded backward too, where that can gain.</param>
    /// <param name="given">Bounds that are known already, by value; they are taken into account.</param>
    /// <param name="settled">Values that are as good as they will be; null for none.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static NetworkBounds Run(
        BoundGraph graph,
        InputSet set,
        bool refine,
        IReadOnlyDictionary<int, Bounds>? given = null,
        IReadOnlySet<int>? settled = null,
        CancellationToken cancellation = default
    )
    {
        using var noGrad = no_grad();
        var known = new NetworkBounds(graph, set);
        var isExact = Exact(graph, set);
        var refined = new HashSet<int>(settled ?? new HashSet<int>());
        for (var i = 0; i < graph.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = graph.Steps[i];
            if (step.Op is CurveOp curve)
            {
                var z = step.Inputs[0];
                if (refine && !isExact.Contains(z) && refined.Add(z))
                {
                    known._values[z] = known.Refined(z, curve);
                }
                if (refine || given is not null)
                {
                    known._lines[i] = curve.Between(known.Of(z));
                }
            }
            known.Step(i, given);
        }
        return known;
    }

    /// <summary>Which values the interval of one affine step says all about: nothing before them mixes numbers twice.</summary>
    private static HashSet<int> Exact(BoundGraph graph, InputSet set)
    {
        const int Many = 100;
        var mixed = new int[graph.Shapes.Count];
        mixed[0] = set.Radius is null ? 0 : Many;
        foreach (var step in graph.Steps)
        {
            var before = step.Inputs.Max(value => mixed[value]);
            mixed[step.Output] = step.Op switch
            {
                ScaleMap or ReshapeMap or ConcatMap => before,
                CurveOp or SumMap => Many,
                _ => before + 1,
            };
        }
        return [.. Enumerable.Range(0, mixed.Length).Where(value => mixed[value] <= 1)];
    }

    private void Step(int number, IReadOnlyDictionary<int, Bounds>? given)
    {
        var step = Graph.Steps[number];
        Bounds[] inputs = [.. step.Inputs.Select(Of)];
        var bounds = step.Op.Interval(inputs);
        if (step.LargerOf is var (first, second))
        {
            var (a, b) = (Of(first), Of(second));
            bounds = bounds.With(new(maximum(a.Lower, b.Lower), maximum(a.Upper, b.Upper)));
        }
        if (given?.GetValueOrDefault(step.Output) is { } other)
        {
            Empty = Empty.logical_or(
                bounds.Lower.gt(other.Upper).logical_or(bounds.Upper.lt(other.Lower)).flatten(1).any(1)
            );
            bounds = bounds.With(other);
        }
        _values[step.Output] = bounds;
        _sizes[number] = Largest(step.Op, inputs, bounds);
    }

    private static Tensor Largest(BoundOp op, Bounds[] inputs, Bounds output)
    {
        using var scope = NewDisposeScope();
        var size = op is AffineOp affine
            ? affine.Magnitude(inputs)
            : (inputs[0].Size() * (2 * ((CurveOp)op).Steepest)) + output.Size();
        return size.flatten(1).amax([1]).MoveToOuterDisposeScope();
    }

    private Bounds Refined(int value, CurveOp curve)
    {
        var old = Of(value);
        var loose = curve.Loose(old).flatten(1).nonzero();
        if (loose.shape[0] == 0)
        {
            return old;
        }
        var (owner, index) = (loose.select(1, 0).contiguous(), loose.select(1, 1).contiguous());
        var pass = new LinearPass(this);
        var least = pass.UnitLeast(value, owner, index, 1);
        var most = -pass.UnitLeast(value, owner, index, -1);
        long[] shape = [.. old.Lower.shape];
        Tensor Set(Tensor into, Tensor found) =>
            into.flatten(1)
                .clone()
                .index_put_(found, [TensorIndex.Tensor(owner), TensorIndex.Tensor(index)])
                .view(shape);
        var found = new Bounds(Set(old.Lower, least), Set(old.Upper, most));
        Empty = Empty.logical_or(found.Lower.gt(old.Upper).logical_or(found.Upper.lt(old.Lower)).flatten(1).any(1));
        return old.With(found);
    }
}
