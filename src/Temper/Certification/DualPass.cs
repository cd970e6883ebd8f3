using Temper.Certification.Curves;
using Temper.Certification.Maps;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>
/// Linear lower bounds in float32, up to rounding, and how they change with slopes and multipliers: a way back with the lines, and a
/// way forward along the same lines from the input at which the bound is attained. A line that turns about a point lifts the bound by the
/// coefficient times how far the number there lies from the point; a fence by how far it lies on its wrong side.
/// </summary>
/// <remarks>Nothing rests on what is found here: the choice is bounded afresh by <see cref="LinearPass"/>.</remarks>
internal sealed class DualPass
{
    private readonly BoundGraph _graph;
    private readonly InputSet _set;
    private readonly Tensor _owner;
    private readonly Tensor? _sides;
    private readonly Dictionary<int, Curve> _curves = [];

    /// <summary>Takes what is known over to float32.</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="owner">The set of each row, int64 (P).</param>
    /// <param name="units">The units that are chosen for.</param>
    /// <param name="sides">1 or −1 for units held on their side of 0, 0 for others, (P, units); null for none.</param>
    /// <param name="bounds">Closer bounds of what enters the units, row by row; null for those known.</param>
    public DualPass(NetworkBounds known, Tensor owner, CurveUnits units, Tensor? sides = null, Bounds? bounds = null)
    {
        (_graph, _set, _owner, _sides) = (known.Graph.Rough, known.Set.Rough(), owner, sides?.to(ScalarType.Float32));
        Tensor Rough(Tensor numbers)
        {
            var rough = numbers.flatten(1).to(ScalarType.Float32);
            return rough.shape[0] == 1 ? rough : rough.index_select(0, owner);
        }
        var inputs = bounds is null ? units.In(known).Rows(owner) : bounds;
        inputs = new(inputs.Lower.to(ScalarType.Float32), inputs.Upper.to(ScalarType.Float32));
        foreach (var part in units.Parts)
        {
            var lines = known.LinesOf(part.Step);
            var z = new Bounds(part.In(inputs.Lower), part.In(inputs.Upper));
            var own = part.Op.Between(z);
            // What is chosen, or held, is written in place, row by row.
            Tensor Put(Tensor whole, Tensor numbers) =>
                Rough(whole).expand(owner.shape[0], -1).clone().index_copy_(1, part.Index, numbers);
            var all = new Lines(
                Put(lines.LowerSlope, own.LowerSlope),
                lines.LowerShift is { } shift ? Put(shift, own.LowerShift!) : null,
                Put(lines.UpperSlope, own.UpperSlope),
                Put(lines.UpperShift, own.UpperShift)
            );
            _curves[part.Step] = new(part, z, own, all, part.Op.Loose(z).to(ScalarType.Float32));
        }
    }

    /// <summary>Lower bounds of linear functions of a value.</summary>
    /// <param name="rows">The functions, float32.</param>
    /// <param name="value">The value.</param>
    /// <param name="choice">Slopes and multipliers, float32.</param>
    /// <param name="gradient">Takes how the sum of the bounds changes with the choice; null where that is not asked for.</param>
    /// <returns>Float32 (P).</returns>
    public Tensor Least(Tensor rows, int value, RowChoice choice, RowChoice? gradient = null)
    {
        using var scope = NewDisposeScope();
        var open = new Dictionary<int, Coefficients> { [value] = new(rows, _owner) };
        var total = zeros([rows.shape[0]], ScalarType.Float32);
        var passed = new Dictionary<int, Taken?>();
        for (var i = _graph.MakerOf(value) ?? -1; i >= 0; i--)
        {
            var step = _graph.Steps[i];
            if (!open.Remove(step.Output, out var functions))
            {
                continue;
            }
            if (step.Op is AffineOp affine)
            {
                if (affine.Constant is { } c)
                {
                    total = total + functions.Dot(c);
                }
                var parts = affine.Back(functions);
                for (var k = 0; k < parts.Count; k++)
                {
                    Coefficients.Put(open, step.Inputs[k], parts[k]);
                }
                passed[i] = null;
                continue;
            }
            var (next, gain, taken) = Through(_curves[i], functions.Values, choice);
            total = total + gain;
            passed[i] = taken;
            Coefficients.Put(open, step.Inputs[0], functions.With(next));
        }
        if (open.TryGetValue(0, out var input))
        {
            var at = Lowest(input);
            total = total + Coefficients.Sum(input.Values, at);
            if (gradient is not null)
            {
                Forward(at, passed, gradient);
            }
        }
        return total.MoveToOuterDisposeScope();
    }

    private (Tensor Next, Tensor Gain, Taken Taken) Through(Curve curve, Tensor rows, RowChoice choice)
    {
        using var scope = NewDisposeScope();
        var part = curve.Part;
        var bent = Bend(curve, choice);
        var lines = curve.Lines;
        var a = rows.flatten(1);
        // Products are several times as fast as a choice number by number.
        var above = a.lt(0).to(ScalarType.Float32);
        var slope = lines.LowerSlope.addcmul(above, lines.UpperSlope - lines.LowerSlope, 1);
        var shift = above * lines.UpperShift;
        if (lines.LowerShift is { } below)
        {
            shift.addcmul_(1 - above, below, 1);
        }
        var next = a * slope;
        if (choice.Fences is { } fences)
        {
            next.index_add_(1, part.Index, part.In(fences), -1);
        }
        var gain = Coefficients.Sum(a, shift);
        var taken = new Taken(
            slope.MoveToOuterDisposeScope(),
            shift.MoveToOuterDisposeScope(),
            part.Pick(a).MoveToOuterDisposeScope(),
            bent.LowerTouch?.MoveToOuterDisposeScope(),
            bent.UpperTouch?.MoveToOuterDisposeScope()
        );
        return (next.view(rows.shape).MoveToOuterDisposeScope(), gain.MoveToOuterDisposeScope(), taken);
    }

    private static Lines Bend(Curve curve, RowChoice choice)
    {
        var (part, whole) = (curve.Part, curve.Lines);
        var bent = part.Op.Sloped(
            curve.Z,
            curve.Own,
            part.In(choice.Below),
            part.Op.HasUpperChoice ? part.In(choice.Above!) : null
        );
        whole.LowerSlope.index_copy_(1, part.Index, bent.LowerSlope);
        if (part.Op.HasUpperChoice)
        {
            whole.LowerShift!.index_copy_(1, part.Index, bent.LowerShift!);
            whole.UpperSlope.index_copy_(1, part.Index, bent.UpperSlope);
            whole.UpperShift.index_copy_(1, part.Index, bent.UpperShift);
        }
        return bent;
    }

    private Tensor Lowest(Coefficients input)
    {
        if (_set.Radius is not null)
        {
            return _set.Minimiser(input);
        }
        var (middle, radius) = (input.Gather(_set.Box.Middle()), input.Gather(_set.Box.Radius()));
        return middle.addcmul(input.Values.sign(), radius, -1);
    }

    private void Forward(Tensor at, Dictionary<int, Taken?> passed, RowChoice gradient)
    {
        var values = new Tensor?[_graph.Shapes.Count];
        values[0] = at;
        var last = passed.Where(p => p.Value is not null).Select(p => p.Key).DefaultIfEmpty(-1).Max();
        for (var i = 0; i <= last; i++)
        {
            if (!passed.TryGetValue(i, out var taken))
            {
                continue;
            }
            using var scope = NewDisposeScope();
            var step = _graph.Steps[i];
            Tensor[] inputs = [.. step.Inputs.Select(v => values[v]!)];
            if (taken is null)
            {
                values[step.Output] = step.Op.Apply(inputs).MoveToOuterDisposeScope();
                continue;
            }
            var z = inputs[0].flatten(1);
            values[step.Output] = taken
                .Shift.addcmul(taken.Slope, z, 1)
                .view(inputs[0].shape)
                .MoveToOuterDisposeScope();
            Record(_curves[i], taken, z, gradient);
        }
    }

    private void Record(Curve curve, Taken taken, Tensor z, RowChoice gradient)
    {
        var part = curve.Part;
        var here = part.Pick(z);
        var below = taken.Rows.clamp_min(0) * curve.Loose;
        part.In(gradient.Below).copy_(below * (taken.Below is { } place ? here - place : here));
        if (taken.Above is { } touch)
        {
            part.In(gradient.Above!).copy_(taken.Rows.clamp_max(0) * curve.Loose * (here - touch));
        }
        if (gradient.Fences is { } fences)
        {
            part.In(fences).copy_(-here * part.In(_sides!));
        }
    }

    private sealed record Curve(CurvePart Part, Bounds Z, Lines Own, Lines Lines, Tensor Loose);

    /// <summary>The lines a row took through a curve, and the coefficients of the units that are chosen for.</summary>
    private sealed record Taken(Tensor Slope, Tensor Shift, Tensor Rows, Tensor? Below, Tensor? Above);
}
