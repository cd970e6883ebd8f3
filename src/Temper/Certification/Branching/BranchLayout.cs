using Temper.Certification.Curves;
using static TorchSharp.torch;

namespace Temper.Certification.Branching;

/// <summary>How all that is kept about a part of a set lies in one row of float64: sides, bounds, slopes and multipliers of all curves.</summary>
internal sealed class BranchLayout
{
    private readonly IReadOnlyList<Curve> _curves;

    /// <summary>Makes the layout of a network.</summary>
    /// <param name="graph">The network.</param>
    public BranchLayout(BoundGraph graph)
    {
        var curves = new List<Curve>();
        var units = 0L;
        for (var step = 0; step < graph.Steps.Count; step++)
        {
            if (graph.Steps[step].Op is CurveOp op)
            {
                var value = graph.Steps[step].Inputs[0];
                curves.Add(new(step, value, units, graph.SizeOf(value), [.. graph.Shapes[value]], op));
                units += graph.SizeOf(value);
            }
        }
        (_curves, Units) = (curves, units);
    }

    /// <summary>Gets the number of units of all curves.</summary>
    public long Units { get; }

    /// <summary>Gets the length of a row.</summary>
    public long Length => Parts * Units;

    private static int Parts => Enum.GetValues<Part>().Length;

    /// <summary>What a row holds of every unit.</summary>
    private enum Part
    {
        Side,
        Lower,
        Upper,
        SlopeBelow,
        SlopeAbove,
        Multiplier,
    }

    /// <summary>Bounds of what enters the curves, by value.</summary>
    /// <param name="states">Rows (P, <see cref="Length"/>).</param>
    public Dictionary<int, Bounds> BoundsOf(Tensor states) =>
        _curves
            .DistinctBy(c => c.Value)
            .ToDictionary(c => c.Value, c => new Bounds(Of(states, Part.Lower, c), Of(states, Part.Upper, c)));

    /// <summary>The sides of units held, by step: 1, −1, or 0.</summary>
    public Dictionary<int, Tensor> SidesOf(Tensor states) =>
        _curves.Where(c => c.Op is KneeCurve).ToDictionary(c => c.Step, c => Of(states, Part.Side, c));

    /// <summary>Slopes and multipliers.</summary>
    public RowChoice ChoiceOf(Tensor states) =>
        new(
            _curves.ToDictionary(
                c => c.Step,
                c => (Of(states, Part.SlopeBelow, c), c.Op.HasUpperChoice ? Of(states, Part.SlopeAbove, c) : null)
            ),
            _curves.ToDictionary(c => c.Step, c => Of(states, Part.Multiplier, c))
        );

    /// <summary>Rows from their parts; a fresh tensor.</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="sides">Sides by step; null for none held.</param>
    /// <param name="choice">Slopes and multipliers.</param>
    /// <param name="owner">The rows of the bounds that the rows take.</param>
    public Tensor Pack(NetworkBounds known, IReadOnlyDictionary<int, Tensor>? sides, RowChoice choice, Tensor owner)
    {
        var parts = new List<Tensor>();
        foreach (var part in Enum.GetValues<Part>())
        {
            foreach (var c in _curves)
            {
                var z = known.Of(c.Value);
                var nothing = zeros([owner.shape[0], c.Count], ScalarType.Float64);
                var numbers = part switch
                {
                    Part.Side => sides?.GetValueOrDefault(c.Step),
                    Part.Lower => z.Lower.index_select(0, owner),
                    Part.Upper => z.Upper.index_select(0, owner),
                    Part.SlopeBelow => choice.Slopes[c.Step].Lower,
                    Part.SlopeAbove => choice.Slopes[c.Step].Upper,
                    _ => choice.Fences.GetValueOrDefault(c.Step),
                };
                parts.Add(numbers?.flatten(1) ?? nothing);
            }
        }
        return cat(parts, 1);
    }

    /// <summary>Holds one unit of each row on one side of 0.</summary>
    /// <param name="states">Rows, changed in place.</param>
    /// <param name="units">The unit of each row, int64 (P).</param>
    /// <param name="side">1 or −1.</param>
    public void HoldInPlace(Tensor states, Tensor units, int side)
    {
        var column = units.unsqueeze(1);
        var part = column + (Units * (int)(side > 0 ? Part.Lower : Part.Upper));
        var bound = states.gather(1, part);
        states.scatter_(1, part, side > 0 ? bound.clamp_min(0) : bound.clamp_max(0));
        states.scatter_(1, column + (Units * (int)Part.Side), full_like(bound, side));
    }

    /// <summary>How much each unit may be worth splitting: what its lines give away in the last pass, (P, units).</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="rows">Coefficients of the curves' results, by step.</param>
    /// <remarks>After Bunel et al. 2020, Branch and bound for piecewise linear neural network verification (BaBSR).</remarks>
    public Tensor Scores(NetworkBounds known, IReadOnlyDictionary<int, Coefficients> rows)
    {
        var scores = new List<Tensor>();
        foreach (var c in _curves)
        {
            if (c.Op is not KneeCurve knee || !rows.TryGetValue(c.Step, out var a))
            {
                scores.Add(zeros([known.Set.Centre.shape[0], c.Count], ScalarType.Float64));
                continue;
            }
            var z = known.Of(c.Value);
            var gap = (z.Upper * -z.Lower) / (z.Upper - z.Lower);
            var given = where(a.Values.lt(0), -a.Values * gap, a.Values * gap / 2);
            scores.Add(where(knee.Loose(z), given, zeros_like(gap)).flatten(1));
        }
        return cat(scores, 1);
    }

    private Tensor Of(Tensor states, Part part, Curve c) =>
        states.narrow(1, ((int)part * Units) + c.First, c.Count).reshape([-1, .. c.Shape]);

    private sealed record Curve(int Step, int Value, long First, long Count, long[] Shape, CurveOp Op);
}
