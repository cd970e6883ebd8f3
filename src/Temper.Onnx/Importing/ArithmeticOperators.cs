using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Onnx.Importing;

/// <summary>The four operations, on values and on shapes.</summary>
internal static class ArithmeticOperators
{
    /// <summary>Numbers of shapes are smaller; beyond this products could run over.</summary>
    private const long Most = 1L << 31;

    public static Operation Of(ArithmeticKind kind) =>
        new(2, 2, (import, node, inputs) => Make(kind, import, node, inputs[0]!, inputs[1]!));

    private static Value? Make(ArithmeticKind kind, ImportScope import, NodeReader node, Value a, Value b)
    {
        var op = new Arithmetic(kind);
        return (a, b) switch
        {
            (Computed x, Computed y) => import.ShapeOf(x).Count == import.ShapeOf(y).Count
                ? import.Add(node, op, x.Name, y.Name)
                : node.Cannot("values of different dimensions"),
            (Computed x, Stored y) => Fits(import, x, y)
                ? import.Add(node, op, x.Name, import.Store(node, y.Tensor, ParameterRole.Buffer))
                : node.Cannot("a constant that differs from input to input"),
            (Stored x, Computed y) => Fits(import, y, x)
                ? import.Add(node, op, import.Store(node, x.Tensor, ParameterRole.Buffer), y.Name)
                : node.Cannot("a constant that differs from input to input"),
            _ when Operators.SizesOf(a) is { } x && Operators.SizesOf(b) is { } y => OnSizes(kind, node, x, y),
            _ => node.Cannot("two constants"),
        };
    }

    /// <summary>Whether a constant means the same for every input, so that the first dimension stays the batch.</summary>
    private static bool Fits(ImportScope import, Computed value, Stored constant)
    {
        var (rank, dims) = (import.ShapeOf(value).Count + 1, constant.Tensor.Dims);
        return dims.Length < rank || (dims.Length == rank && dims[0] == 1);
    }

    private static Value? OnSizes(ArithmeticKind kind, NodeReader node, Sizes a, Sizes b)
    {
        var length = Math.Max(a.Numbers.Length, b.Numbers.Length);
        if (
            (a.Numbers.Length != length && a.Numbers.Length != 1)
            || (b.Numbers.Length != length && b.Numbers.Length != 1)
        )
        {
            throw node.Damaged($"found {a.Numbers.Length} and {b.Numbers.Length} numbers, expected as many.");
        }
        var result = new long?[length];
        for (var i = 0; i < length; i++)
        {
            var (x, y) = (a.Numbers[i % a.Numbers.Length], b.Numbers[i % b.Numbers.Length]);
            if (x is not (null or (> -Most and < Most)) || y is not (null or (> -Most and < Most)))
            {
                return node.Cannot("numbers too large for a shape");
            }
            if (kind == ArithmeticKind.Div && y == 0)
            {
                throw node.Damaged("it divides by 0.");
            }
            if (
                (x is null && y != 1)
                || (y is null && x != 1)
                || ((x ?? y) is null)
                || (x is null || y is null) && kind != ArithmeticKind.Mul
            )
            {
                return node.Cannot("arithmetic on the number of inputs");
            }
            result[i] = kind switch
            {
                ArithmeticKind.Add => x + y,
                ArithmeticKind.Sub => x - y,
                ArithmeticKind.Mul => x is null || y is null ? null : x * y,
                _ => x / y,
            };
        }
        return new Sizes(result, a.IsScalar && b.IsScalar);
    }
}
