using Temper.Models.Graphs.Ops;

namespace Temper.Onnx.Importing;

/// <summary>Operators that read the same values in another shape. The first dimension must stay the batch.</summary>
internal static class ReshapeOperators
{
    private const long MostValues = 1 << 24;

    public static Value? Reshape(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var keepsZero = node.Int("allowzero", 0) != 0;
        if (Operators.SizesOf(inputs[1]) is not { } target)
        {
            return node.Cannot("a shape that is computed");
        }
        if (inputs[0] is Computed x)
        {
            return OfBatch(import, node, x, target.Numbers, keepsZero);
        }
        if (Operators.WholesOf(target) is not { } fixedTarget)
        {
            return node.Cannot("a constant in a shape that depends on the number of inputs");
        }
        if (inputs[0] is Stored stored)
        {
            var old = stored.Tensor.Dims;
            long?[] wanted = [.. fixedTarget.Select(d => (long?)d)];
            return Resolve(node, old, wanted, keepsZero) is { } dims
                ? new Stored(stored.Tensor with { Dims = dims })
                : null;
        }
        return inputs[0] is Sizes sizes && fixedTarget is [] or [_] && sizes.Numbers.Length == 1 | fixedTarget is [_]
            ? sizes with
            {
                IsScalar = fixedTarget.Length == 0,
            }
            : node.Cannot("numbers of a shape in other than one row");
    }

    public static Value? Squeeze(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var axes = Axes(node, inputs);
        if (inputs[0] is Computed x)
        {
            if (axes is null)
            {
                return node.Cannot("axes that are computed or left out");
            }
            long[] shape = [0, .. import.ShapeOf(x)];
            var gone = axes.Select(a => node.Axis(a, shape.Length)).ToHashSet();
            return gone.Contains(0) ? node.Cannot("axis 0")
                : gone.Any(a => shape[a] != 1) ? throw node.Damaged("an axis to drop is not of size 1.")
                : To(import, node, x, [.. shape.Where((_, i) => i > 0 && !gone.Contains(i))]);
        }
        return Operators.SizesOf(inputs[0]) is { Numbers.Length: 1 } sizes && axes is null or [0] or [-1]
            ? sizes! with
            {
                IsScalar = true,
            }
            : node.Cannot("a constant");
    }

    public static Value? Unsqueeze(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (Axes(node, inputs) is not { Length: <= 8 } axes)
        {
            return node.Cannot("axes that are computed");
        }
        if (inputs[0] is Computed x)
        {
            var shape = import.ShapeOf(x);
            var rank = shape.Count + 1 + axes.Length;
            var added = axes.Select(a => node.Axis(a, rank)).ToHashSet();
            if (added.Count != axes.Length)
            {
                throw node.Damaged("an axis stands twice.");
            }
            if (added.Contains(0))
            {
                return node.Cannot("axis 0");
            }
            var old = new Queue<long>(shape);
            return To(
                import,
                node,
                x,
                [.. Enumerable.Range(1, rank - 1).Select(i => added.Contains(i) ? 1 : old.Dequeue())]
            );
        }
        return Operators.SizesOf(inputs[0]) is { IsScalar: true } sizes && axes is [0] or [-1]
            ? sizes! with
            {
                IsScalar = false,
            }
            : node.Cannot("a constant");
    }

    /// <summary>The same values with these dimensions after the batch.</summary>
    public static Value To(ImportScope import, NodeReader node, Computed x, long[] shape) =>
        import.ShapeOf(x).SequenceEqual(shape) ? x
        : shape is [_] ? import.Add(node, new Flatten(), x.Name)
        : import.Add(node, new Reshape(shape), x.Name);

    private static Value? OfBatch(ImportScope import, NodeReader node, Computed x, long?[] target, bool keepsZero)
    {
        var shape = import.ShapeOf(x);
        if (target is not [var first, ..])
        {
            return node.Cannot("a shape without dimensions");
        }
        var staysBatch = first is null || (first == 0 && !keepsZero) || (first == import.Batch && first is not null);
        if (!staysBatch && first != -1)
        {
            return node.Cannot($"a shape that begins with {first} and not with the number of inputs");
        }
        if (first == -1 && target.Skip(1).Any(d => d == -1))
        {
            throw node.Damaged("two dimensions of the shape are -1.");
        }
        if (Resolve(node, [0, .. shape], [0, .. target[1..]], keepsZero) is not { } dims)
        {
            return null;
        }
        return To(import, node, x, dims[1..]);
    }

    /// <summary>The dimensions that a target means; the first is taken over where it is the batch.</summary>
    private static long[]? Resolve(NodeReader node, long[] old, long?[] target, bool keepsZero)
    {
        // A first dimension of 0 stands for the batch here, which takes no part in the count.
        var isBatch = old is [0, ..] && target is [0, ..];
        var values = old.Skip(isBatch ? 1 : 0).Aggregate(1L, (a, b) => a * b);
        var dims = new long[target.Length];
        long known = 1;
        int? open = null;
        for (var i = isBatch ? 1 : 0; i < target.Length; i++)
        {
            switch (target[i])
            {
                case null:
                    node.Cannot("a shape that depends on the number of inputs in another place");
                    return null;
                case -1 when open is null:
                    open = i;
                    dims[i] = 1;
                    break;
                case 0 when !keepsZero && i < old.Length:
                    dims[i] = old[i];
                    break;
                case { } size and >= 1 and <= MostValues:
                    dims[i] = size;
                    break;
                default:
                    throw node.Damaged($"dimension {i} of the shape: found {target[i]}, expected a size.");
            }
            known *= dims[i];
            if (known is < 1 or > MostValues)
            {
                throw node.Damaged($"the shape holds other than 1 to {MostValues} values.");
            }
        }
        if (open is { } place && values % known == 0)
        {
            dims[place] = values / known;
            return dims;
        }
        if (open is null && known == values)
        {
            return dims;
        }
        if (isBatch)
        {
            node.Cannot("a shape that does not keep the inputs apart");
            return null;
        }
        throw node.Damaged($"found {values} values, expected a shape that holds as many.");
    }

    /// <summary>Axes are an attribute up to version 12, and an input from then on.</summary>
    private static long[]? Axes(NodeReader node, Value?[] inputs) =>
        node.Opset < 13 ? node.Ints("axes") : Operators.WholesOf(inputs[1]);
}
