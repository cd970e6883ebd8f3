using Temper.Certification.Curves;
using static TorchSharp.torch;

namespace Temper.Certification.Branching;

/// <summary>How all that is kept about a part of a set lies in one row of float64: sides, bounds, slopes and multipliers of all units.</summary>
/// <param name="root">What is known of the whole set.</param>
internal sealed class BranchLayout(NetworkBounds root)
{
    /// <summary>Gets the units that have a column.</summary>
    public CurveUnits Units { get; } = CurveUnits.Of(root);

    /// <summary>Gets the length of a row.</summary>
    public long Length => Enum.GetValues<Part>().Length * Units.Count;

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
    public Dictionary<int, Bounds> BoundsOf(Tensor states)
    {
        var (lower, upper) = (Of(states, Part.Lower), Of(states, Part.Upper));
        return Units
            .Parts.DistinctBy(p => p.Value)
            .ToDictionary(
                p => p.Value,
                p =>
                {
                    var whole = root.Of(p.Value);
                    Tensor Put(Tensor into, Tensor numbers) =>
                        into.flatten(1)
                            .repeat(numbers.shape[0], 1)
                            .index_copy_(1, p.Index, numbers)
                            .view([-1, .. into.shape[1..]]);
                    return new Bounds(Put(whole.Lower, p.In(lower)), Put(whole.Upper, p.In(upper)));
                }
            );
    }

    /// <summary>Bounds of what enters the units.</summary>
    /// <param name="states">Rows.</param>
    public Bounds UnitBoundsOf(Tensor states) => new(Of(states, Part.Lower), Of(states, Part.Upper));

    /// <summary>The sides of units held: 1, −1, or 0.</summary>
    /// <param name="states">Rows.</param>
    public Tensor SidesOf(Tensor states) => Of(states, Part.Side);

    /// <summary>Slopes and multipliers, which are not signed.</summary>
    /// <param name="states">Rows.</param>
    public RowChoice ChoiceOf(Tensor states) =>
        new(
            Units,
            Of(states, Part.SlopeBelow),
            Units.HasUpperChoice ? Of(states, Part.SlopeAbove) : null,
            Of(states, Part.Multiplier)
        );

    /// <summary>Rows from their parts; a fresh tensor.</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="sides">Sides; null for none held.</param>
    /// <param name="choice">Slopes and multipliers.</param>
    /// <param name="owner">The rows of the bounds that the rows take.</param>
    public Tensor Pack(NetworkBounds known, Tensor? sides, RowChoice choice, Tensor owner)
    {
        var bounds = Units.In(known).Rows(owner);
        var nothing = zeros_like(bounds.Lower);
        return cat(
            [
                sides ?? nothing,
                bounds.Lower,
                bounds.Upper,
                choice.Below.to(ScalarType.Float64),
                choice.Above?.to(ScalarType.Float64) ?? nothing,
                choice.Fences?.to(ScalarType.Float64) ?? nothing,
            ],
            1
        );
    }

    /// <summary>Holds one unit of each row on one side of 0.</summary>
    /// <param name="states">Rows, changed in place.</param>
    /// <param name="units">The unit of each row, int64 (P).</param>
    /// <param name="side">1 or −1.</param>
    public void HoldInPlace(Tensor states, Tensor units, int side)
    {
        var column = units.unsqueeze(1);
        var part = column + (Units.Count * (int)(side > 0 ? Part.Lower : Part.Upper));
        var bound = states.gather(1, part);
        states.scatter_(1, part, side > 0 ? bound.clamp_min(0) : bound.clamp_max(0));
        states.scatter_(1, column + (Units.Count * (int)Part.Side), full_like(bound, side));
    }

    /// <summary>How much each unit may be worth splitting: what its lines give away in the last pass, (P, units).</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="rows">Coefficients of the curves' results, by step.</param>
    /// <remarks>After Bunel et al. 2020, Branch and bound for piecewise linear neural network verification (BaBSR).</remarks>
    public Tensor Scores(NetworkBounds known, IReadOnlyDictionary<int, Coefficients> rows) =>
        Units.Beside(known, part => Given(known, part, rows));

    private static Tensor Given(NetworkBounds known, CurvePart part, IReadOnlyDictionary<int, Coefficients> rows)
    {
        if (part.Op is not KneeCurve knee || !rows.TryGetValue(part.Step, out var functions))
        {
            return zeros([known.Set.Centre.shape[0], part.Count], ScalarType.Float64);
        }
        var z = new Bounds(part.Pick(known.Of(part.Value).Lower), part.Pick(known.Of(part.Value).Upper));
        var a = part.Pick(functions.Values);
        var gap = (z.Upper * -z.Lower) / (z.Upper - z.Lower);
        var given = where(a.lt(0), -a * gap, a * gap / 2);
        return where(knee.Loose(z), given, zeros_like(gap));
    }

    private Tensor Of(Tensor states, Part part) => states.narrow(1, (int)part * Units.Count, Units.Count);
}
