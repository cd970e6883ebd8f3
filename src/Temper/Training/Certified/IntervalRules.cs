using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>What each operator of a graph makes of intervals, in float32 and differentiable (Gowal et al. 2018, section 3).</summary>
internal static class IntervalRules
{
    // Where SiLU is least, and its value there.
    private const double SiluTurn = -1.2784645427610738;
    private const double SiluLeast = -0.2784645427610738;

    /// <summary>The result of an operator.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Its inputs in order: stored tensors, or enclosures of computed values, at least one.</param>
    /// <param name="training">Whether BatchNorm goes by the batch, that of the clean inputs (Shi et al. 2021, section 4.3).</param>
    /// <param name="sums">Whether the regularisers ask for sums over what enters ReLUs.</param>
    /// <exception cref="ModelException">Training with bounds does not know the operator, or not in this form.</exception>
    public static Enclosure Apply(
        GraphOp op,
        IReadOnlyList<(Tensor? Stored, Enclosure? Value)> inputs,
        bool training,
        bool sums
    )
    {
        if (inputs.All(i => i.Value is not null))
        {
            return OfValues(op, [.. inputs.Select(i => i.Value!)], training, sums);
        }
        if (inputs[0].Value is { } first && inputs.Skip(1).All(i => i.Stored is not null))
        {
            Tensor[] stored = [.. inputs.Skip(1).Select(i => i.Stored!)];
            switch (op)
            {
                case Conv or Linear:
                    var nominal = op.Apply([first.Nominal, .. stored], training: false);
                    return Enclosure.From(nominal, new(op, first, stored[0], stored.ElementAtOrDefault(1)));
                case MatMul:
                    return Times(op, first, stored[0]);
                case BatchNorm norm:
                    return Normalised(norm, first, stored, training);
                case Arithmetic arithmetic:
                    return Calculated(arithmetic, first, stored[0]);
                default:
                    break;
            }
        }
        else if (
            op is Arithmetic { Kind: not ArithmeticKind.Div } arithmetic
            && inputs is [({ } number, _), (_, { } value)]
        )
        {
            var (kind, added) = (arithmetic.Kind, number);
            return kind switch
            {
                ArithmeticKind.Add => Moved(value, x => added + x),
                ArithmeticKind.Sub => Spread(added - value.Nominal, added - value.Middle, value),
                _ => Calculated(arithmetic, value, added),
            };
        }
        throw Unknown(op);
    }

    /// <summary>The factors and shifts BatchNorm amounts to, each (1, C, …).</summary>
    public static (Tensor Factor, Tensor Shift) Affine(BatchNorm norm, Tensor nominal, Tensor[] stored, bool training)
    {
        long[] each = [1, -1, .. Enumerable.Repeat(1L, (int)nominal.dim() - 2)];
        var (mean, variance) = (stored[2], stored[3]);
        if (training)
        {
            long[] others = [0, .. Enumerable.Range(2, (int)nominal.dim() - 2).Select(axis => (long)axis)];
            (mean, variance) = (nominal.mean(others), nominal.var(others, unbiased: false));
        }
        var factor = stored[0] / (variance + norm.Epsilon).sqrt();
        return (factor.view(each), (stored[1] - (mean * factor)).view(each));
    }

    private static Enclosure OfValues(GraphOp op, Enclosure[] inputs, bool training, bool sums)
    {
        var x = inputs[0];
        switch (op)
        {
            case Identity or Flatten or Reshape or Transpose or GlobalAveragePool or AveragePool:
                return Enclosure.Around(Plain(op, x.Nominal), Plain(op, x.Middle), Plain(op, x.Radius));
            case Relu:
                return x.Rectified(sums);
            case Pad or MaxPool or LeakyRelu { Slope: >= 0 } or Sigmoid or Tanh or Clip:
                return x.Rising(v => Plain(op, v));
            case Dropout:
                return training ? x.Masked(op.Apply([ones_like(x.Nominal)], training)) : x;
            case Silu:
                var (left, right) = (Plain(op, x.Lower), Plain(op, x.Upper));
                var turns = x.Lower.lt(SiluTurn).logical_and(x.Upper.gt(SiluTurn));
                var least = where(turns, full_like(left, SiluLeast), minimum(left, right));
                return Enclosure.Between(Plain(op, x.Nominal), least, maximum(left, right));
            case Concat:
                Tensor Joined(Func<Enclosure, Tensor> part) => op.Apply([.. inputs.Select(part)], training: false);
                return Enclosure.Around(Joined(i => i.Nominal), Joined(i => i.Middle), Joined(i => i.Radius));
            case Arithmetic { Kind: ArithmeticKind.Add or ArithmeticKind.Sub }:
                Tensor Of(Func<Enclosure, Tensor> part) => op.Apply([part(x), part(inputs[1])], training: false);
                return Enclosure.Around(Of(i => i.Nominal), Of(i => i.Middle), x.Radius + inputs[1].Radius);
            default:
                throw Unknown(op);
        }
    }

    private static Enclosure Normalised(BatchNorm norm, Enclosure x, Tensor[] stored, bool training)
    {
        var (factor, shift) = Affine(norm, x.Nominal, stored, training);
        var nominal = norm.Apply([x.Nominal, .. stored], training);
        // Of values with more axes a linear layer writes its results to the last, where no channels are.
        if (x.Source is { } source && (source.Op is Conv || nominal.dim() == 2))
        {
            return Enclosure.From(nominal, source.Scaled(factor.flatten(), shift.flatten()));
        }
        return Enclosure.Around(nominal, (x.Middle * factor) + shift, x.Radius * factor.abs());
    }

    private static Enclosure Calculated(Arithmetic op, Enclosure x, Tensor number) =>
        op.Kind switch
        {
            ArithmeticKind.Add or ArithmeticKind.Sub => Moved(x, v => op.Apply([v, number], training: false)),
            _ => Times(op, x, number),
        };

    private static Enclosure Times(GraphOp op, Enclosure x, Tensor number) =>
        Enclosure.Around(
            op.Apply([x.Nominal, number], training: false),
            op.Apply([x.Middle, number], training: false),
            op.Apply([x.Radius, number.abs()], training: false)
        );

    /// <summary>Middles may grow by the shape of what is added.</summary>
    private static Enclosure Moved(Enclosure x, Func<Tensor, Tensor> move) =>
        Spread(move(x.Nominal), move(x.Middle), x);

    private static Enclosure Spread(Tensor nominal, Tensor middle, Enclosure x) =>
        Enclosure.Around(nominal, middle, x.Radius.expand_as(middle));

    private static Tensor Plain(GraphOp op, Tensor x) => op.Apply([x], training: false);

    private static ModelException Unknown(GraphOp op) =>
        new(
            $"training with bounds: the network holds the operator '{op.Name}' in a form of which bounds know nothing."
        );
}
