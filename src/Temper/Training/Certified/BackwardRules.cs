using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Models.Passes;
using Temper.Training.Certified.Fused;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>Linear functions of an operator's result as linear functions of its inputs, from above: the rules of CROWN in float32.</summary>
/// <remarks>Zhang et al. 2018. Rows are (N · K, …): K functions of each example, one after the other.</remarks>
/// <param name="pass">The bounds by intervals, from which the lines around ReLUs come.</param>
/// <param name="each">K.</param>
internal sealed class BackwardRules(IntervalPass pass, long each)
{
    /// <summary>Goes back through a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="rows">The functions of its result.</param>
    /// <returns>The functions of each input, null for stored ones, and what they gain, (N · K); null where there is no rule.</returns>
    public (Tensor?[] Rows, Tensor? Gain)? Back(GraphStep step, Tensor rows)
    {
        var x = pass.Of(step.Inputs[0]);
        var isFirst = x is not null && step.Inputs.Skip(1).All(slot => pass.Of(slot) is null);
        return step.Op switch
        {
            Conv { Groups: 1, Dilation: 1 } conv when isFirst => Convolved(conv, step, x!, rows),
            Linear when isFirst => (
                [rows.matmul(pass.Stored(step.Inputs[1])), null, null],
                step.Inputs.Length > 2 ? rows.matmul(pass.Stored(step.Inputs[2])) : null
            ),
            BatchNorm norm when isFirst => Normalised(norm, step, x!, rows),
            Identity or Flatten or Reshape => ([Shaped(rows, x!.Nominal)], null),
            Dropout => ([Masked(pass.Of(step.Output)!.Mask, rows)], null),
            Relu => Kneed(x!, rows, 0),
            LeakyRelu { Slope: >= 0 and <= 1 } leaky => Kneed(x!, rows, leaky.Slope),
            Arithmetic { Kind: ArithmeticKind.Add or ArithmeticKind.Sub } sum
                when !isFirst
                    && x is not null
                    && pass.Of(step.Inputs[1]) is { } other
                    && x.Nominal.shape.SequenceEqual(other.Nominal.shape) => (
                [rows, sum.Kind == ArithmeticKind.Add ? rows : -rows],
                null
            ),
            // A number that makes the value grow would bring back functions of more than there is.
            Arithmetic op when isFirst && x!.Nominal.shape.SequenceEqual(pass.Of(step.Output)!.Nominal.shape) =>
                Calculated(op, pass.Stored(step.Inputs[1]), x, rows),
            _ => null,
        };
    }

    /// <summary>What the functions can be at most over the bounds of a value.</summary>
    public Tensor Most(Enclosure x, Tensor rows)
    {
        var apart = rows.view([-1, each, .. x.Nominal.shape[1..]]).flatten(2);
        return apart.matmul(x.Middle.flatten(1).unsqueeze(2)).flatten()
            + apart.abs().matmul(x.Radius.flatten(1).unsqueeze(2)).flatten();
    }

    /// <summary>Functions in the shape of what they are of, with channels last where that lies so.</summary>
    private static Tensor Shaped(Tensor rows, Tensor value)
    {
        var shaped = rows.reshape([-1, .. value.shape[1..]]);
        return Layout.IsChannelsLast(value) ? Layout.ChannelsLast(shaped) : shaped;
    }

    private Tensor Masked(Tensor? mask, Tensor rows) =>
        mask is null ? rows : (rows.view([-1, each, .. rows.shape[1..]]) * mask.unsqueeze(1)).flatten(0, 1);

    private (Tensor?[] Rows, Tensor? Gain) Convolved(Conv conv, GraphStep step, Enclosure x, Tensor rows)
    {
        var (w, weight) = (conv.Window, pass.Stored(step.Inputs[1]));
        var (height, width) = (x.Nominal.shape[2] + w.Top + w.Bottom, x.Nominal.shape[3] + w.Left + w.Right);
        var back = nn.functional.conv_transpose2d(
            rows,
            weight,
            strides: [w.StrideHeight, w.StrideWidth],
            padding: w.IsSymmetric ? [w.Top, w.Left] : [0, 0],
            output_padding:
            [
                height - (((rows.shape[2] - 1) * w.StrideHeight) + w.KernelHeight),
                width - (((rows.shape[3] - 1) * w.StrideWidth) + w.KernelWidth),
            ]
        );
        var inside = w.IsSymmetric
            ? back
            : back.narrow(2, w.Top, x.Nominal.shape[2]).narrow(3, w.Left, x.Nominal.shape[3]);
        var gain = step.Inputs.Length > 2 ? rows.sum([2, 3]).matmul(pass.Stored(step.Inputs[2])) : null;
        return ([inside, null, null], gain);
    }

    private (Tensor?[] Rows, Tensor? Gain) Normalised(BatchNorm norm, GraphStep step, Enclosure x, Tensor rows)
    {
        Tensor[] stored = [.. step.Inputs[1..].Select(pass.Stored)];
        var (factor, shift) = IntervalRules.Affine(norm, x.Nominal, stored, pass.Module.training);
        return ([rows * factor, .. new Tensor?[stored.Length]], (rows * shift).flatten(1).sum(1));
    }

    /// <summary>Above an unstable unit the chord; below it a line through 0 with the slope that leaves less room.</summary>
    private (Tensor?[] Rows, Tensor? Gain) Kneed(Enclosure x, Tensor rows, double fraction)
    {
        if (fraction == 0 && ReluFunction.Takes(rows))
        {
            var (through, more) = KneeFunction.Of(x.Middle, x.Radius, rows);
            return ([through], more);
        }
        var (lower, upper) = (x.Lower, x.Upper);
        var loose = lower.lt(0).logical_and(upper.gt(0));
        var settled = where(lower.ge(0), 1.0, fraction).to(lower.dtype);
        // Where a unit is settled, the division may be 0/0: kept out of the gradient as well.
        var width = where(loose, upper - lower, ones_like(lower));
        var chord = where(loose, (upper - (fraction * lower)) / width, settled);
        var below = where(loose, where(upper.gt(-lower), 1.0, fraction).to(lower.dtype), settled);
        var shift = where(loose, lower * (fraction - chord), zeros_like(lower));
        var apart = rows.view([-1, each, .. x.Nominal.shape[1..]]);
        var (positive, negative) = (apart.clamp_min(0), apart.clamp_max(0));
        var back = (positive * chord.unsqueeze(1)) + (negative * below.unsqueeze(1));
        var gain = positive.flatten(2).matmul(shift.flatten(1).unsqueeze(2)).flatten();
        return ([back.view([-1, .. x.Nominal.shape[1..]])], gain);
    }

    private static (Tensor?[] Rows, Tensor? Gain)? Calculated(Arithmetic op, Tensor number, Enclosure x, Tensor rows)
    {
        if (number.dim() > x.Nominal.dim() || (number.dim() == x.Nominal.dim() && number.shape[0] != 1))
        {
            return null;
        }
        Tensor Gain() => (rows * number).flatten(1).sum(1);
        return op.Kind switch
        {
            ArithmeticKind.Add => ([rows, null], Gain()),
            ArithmeticKind.Sub => ([rows, null], -Gain()),
            ArithmeticKind.Mul => ([rows * number, null], null),
            _ => ([rows / number, null], null),
        };
    }
}
