using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Slopes, and multipliers of held units, that raise linear lower bounds, by projected gradient ascent with Adam.</summary>
/// <remarks>
/// Xu et al. 2021, Fast and complete (α-CROWN); Wang et al. 2021, β-CROWN, for held units. The search is in float32; the best choice it
/// meets is bounded in float64, rounding covered.
/// </remarks>
internal sealed class SlopeSearch
{
    private readonly LinearPass _pass;
    private readonly DualPass _dual;
    private readonly CurveUnits _units;
    private readonly Tensor? _sides;
    private readonly Ascent _below;
    private readonly Ascent? _above;
    private readonly Ascent? _multipliers;

    /// <summary>Begins with the standard slopes, or given ones, and no multipliers.</summary>
    /// <param name="known">Bounds of what enters each curve.</param>
    /// <param name="owner">The example of each row.</param>
    /// <param name="sides">1 or −1 for units held on their side of 0, 0 for others; (P, units); null for none.</param>
    /// <param name="begin">Slopes and multipliers (not signed) to begin with; null for the standard ones.</param>
    /// <param name="units">The units that are chosen for; null for all that are loose.</param>
    public SlopeSearch(
        NetworkBounds known,
        Tensor owner,
        Tensor? sides = null,
        RowChoice? begin = null,
        CurveUnits? units = null
    )
    {
        _units = units ?? CurveUnits.Of(known);
        _pass = new(known);
        _sides = sides?.to(ScalarType.Float32);
        _dual = new(known, owner, _units, _sides);
        Tensor First(bool above) => _units.Slopes(known, above).index_select(0, owner);
        var (least, most) = (_units.Range(most: false), _units.Range(most: true));
        _below = new(begin?.Below ?? First(above: false), least, most);
        _above = _units.HasUpperChoice ? new(begin?.Above ?? First(above: true), least, most) : null;
        _multipliers = sides is null
            ? null
            : new(begin?.Fences ?? zeros_like(sides), zeros([1], ScalarType.Float32), null);
    }

    /// <summary>Gets the best slopes and multipliers, which are not signed; float32.</summary>
    public RowChoice Choice => new(_units, _below.Best, _above?.Best, _multipliers?.Best);

    /// <summary>Raises the bounds of functions of a value.</summary>
    /// <param name="rows">The functions.</param>
    /// <param name="value">The value.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="rate">The size of the first ones; it falls to a tenth.</param>
    /// <param name="enough">Told the best bounds so far, up to rounding; ends the search.</param>
    /// <param name="seen">Told the coefficients of the pass in float64.</param>
    /// <returns>The bound of each row, float64 (P).</returns>
    public Tensor Raise(
        Coefficients rows,
        int value,
        int steps,
        double rate,
        Func<Tensor, bool>? enough = null,
        Action<int, Coefficients>? seen = null
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rough = rows.Values.to(ScalarType.Float32);
        Tensor? best = null;
        for (var i = 0; i <= steps; i++)
        {
            using var step = NewDisposeScope();
            var now = Signed(new(_units, _below.Value, _above?.Value, _multipliers?.Value));
            var isLast = i == steps;
            var gradient = isLast
                ? null
                : new RowChoice(_units, _below.Gradient, _above?.Gradient, _multipliers?.Gradient);
            var found = _dual.Least(rough, value, now, gradient);
            var better = best is null ? ones_like(found, ScalarType.Bool) : found.gt(best);
            Ascent[] all =
            [
                _below,
                .. _above is null ? (Ascent[])[] : [_above],
                .. _multipliers is null ? (Ascent[])[] : [_multipliers],
            ];
            foreach (var variable in all)
            {
                variable.Keep(better);
            }
            best = (best is null ? found : maximum(best, found)).MoveToOuterDisposeScope();
            if (isLast || enough?.Invoke(best) is true)
            {
                break;
            }
            var size = rate * Math.Pow(0.1, i / (double)Math.Max(1, steps));
            foreach (var variable in all)
            {
                variable.Step(size, i + 1);
            }
        }
        var least = _pass.Least(rows, value, Signed(Choice).To(ScalarType.Float64), seen: seen);
        // A search that ran out of numbers says nothing.
        return least
            .nan_to_num(double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity)
            .MoveToOuterDisposeScope();
    }

    private RowChoice Signed(RowChoice choice) =>
        choice.Fences is { } multipliers ? choice with { Fences = multipliers * _sides! } : choice;
}
