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
}
