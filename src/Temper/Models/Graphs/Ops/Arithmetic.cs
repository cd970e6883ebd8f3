using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>One of the four operations on two inputs, value by value; shapes are matched from the right, a 1 is repeated.</summary>
/// <param name="Kind">The operation.</param>
public sealed record Arithmetic(ArithmeticKind Kind) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => Kind.ToString();

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs)
    {
        if (inputs is not [var a, var b])
        {
            throw Unfit(inputs, "two inputs");
        }
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (left, right) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            if (left != right && left != 1 && right != 1)
            {
                throw Unfit(inputs, "shapes that agree from the right, or are 1");
            }
            result[^i] = left == 1 ? right : left;
        }
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) =>
        Kind switch
        {
            ArithmeticKind.Add => inputs[0].add(inputs[1]),
            ArithmeticKind.Sub => inputs[0].sub(inputs[1]),
            ArithmeticKind.Mul => inputs[0].mul(inputs[1]),
            _ => inputs[0].div(inputs[1]),
        };

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        var (a, b) = (call.Inputs[0], call.Inputs[1]);
        if (Kind == ArithmeticKind.Add && a.shape.SequenceEqual(b.shape))
        {
            return new(
                a.add(b),
                gradient => [call.Wanted[0] ? gradient.alias() : null, call.Wanted[1] ? gradient.alias() : null]
            )
            {
                Shares = true,
            };
        }
        var result = call.WantsFirstOnly ? Apply(call.Inputs, call.Training) : null;
        if (result is null || !result.shape.SequenceEqual(a.shape))
        {
            result?.Dispose();
            return base.Record(call);
        }
        return Kind switch
        {
            ArithmeticKind.Mul => new(result, gradient => [gradient.mul(b), null]),
            ArithmeticKind.Div => new(result, gradient => [gradient.div(b), null]),
            _ => OpRecord.PassedOn(result),
        };
    }
}
