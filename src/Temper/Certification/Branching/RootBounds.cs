using Temper.Certification.Curves;
using static TorchSharp.torch;

namespace Temper.Certification.Branching;

/// <summary>Bounds of the whole set with slopes optimised for every loose unit of every curve.</summary>
internal static class RootBounds
{
    private const int Steps = 10;
    private const double Rate = 0.3;

    // With more, the search would take its time from the branches, which gain more by it.
    private const int MostLoose = 1000;

    /// <summary>Bounds step by step, each resting on the closer bounds before it.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="set">The set of one example.</param>
    /// <param name="isOver">Whether the time is up; what is not optimised then is bounded all the same.</param>
    /// <param name="cancellation">Stops between values.</param>
    public static NetworkBounds Run(BoundGraph graph, InputSet set, Func<bool> isOver, CancellationToken cancellation)
    {
        var known = NetworkBounds.Run(graph, set, refine: true, cancellation: cancellation);
        if (known.LooseCount() > MostLoose)
        {
            return known;
        }
        var given = new Dictionary<int, Bounds>();
        var isFirst = true;
        foreach (var step in graph.Steps)
        {
            if (step.Op is not CurveOp curve || given.ContainsKey(step.Inputs[0]))
            {
                continue;
            }
            var value = step.Inputs[0];
            cancellation.ThrowIfCancellationRequested();
            // Before the first curve there are no slopes.
            if (!isFirst && !isOver())
            {
                known = NetworkBounds.Run(graph, set, refine: true, given, given.Keys.ToHashSet(), cancellation);
                given[value] = Closer(known, value, curve, isOver);
            }
            else
            {
                given[value] = known.Of(value);
            }
            isFirst = false;
        }
        return NetworkBounds.Run(graph, set, refine: true, given, given.Keys.ToHashSet(), cancellation);
    }

    private static Bounds Closer(NetworkBounds known, int value, CurveOp curve, Func<bool> isOver)
    {
        using var scope = NewDisposeScope();
        var old = known.Of(value);
        var loose = curve.Loose(old).flatten().nonzero().flatten();
        var (lower, upper) = (old.Lower.flatten().clone(), old.Upper.flatten().clone());
        var together = new LinearPass(known).Rows;
        var chosen = CurveUnits.Of(known, value);
        for (var from = 0L; from < loose.shape[0] && !isOver(); from += together)
        {
            using var part = NewDisposeScope();
            var units = loose.narrow(0, from, Math.Min(together, loose.shape[0] - from));
            foreach (var sign in (int[])[1, -1])
            {
                var count = units.shape[0];
                var rows = zeros([count, known.Graph.SizeOf(value)], ScalarType.Float64)
                    .scatter(1, units.unsqueeze(1), full([count, 1], sign, ScalarType.Float64))
                    .view([-1, .. known.Graph.Shapes[value]]);
                var owner = zeros([count], ScalarType.Int64);
                var found = new SlopeSearch(known, owner, units: chosen).Raise(new(rows, owner), value, Steps, Rate);
                (sign > 0 ? lower : upper).scatter_(0, units, found * sign);
            }
        }
        var closer = old.With(new(lower.view(old.Lower.shape), upper.view(old.Upper.shape)));
        return new(closer.Lower.MoveToOuterDisposeScope(), closer.Upper.MoveToOuterDisposeScope());
    }
}
