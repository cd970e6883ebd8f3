using Temper.Models.Graphs.Ops;

namespace Temper.Onnx.Importing;

/// <summary>Operators that move, join or frame values. The first dimension must stay the batch.</summary>
internal static class ShapeOperators
{
    private const long MostPadding = 1 << 20;
    private const int MostSizes = 1024;

    public static Value? Flatten(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (Operators.Computed(node, inputs) is not { } x)
        {
            return null;
        }
        var shape = import.ShapeOf(x);
        var axis = node.Int("axis", 1);
        axis = axis == shape.Count + 1 ? axis : node.Axis(axis, shape.Count + 1);
        return axis < 1 || shape.Take((int)axis - 1).Any(d => d != 1)
            ? node.Cannot($"axis {axis}")
            : ReshapeOperators.To(import, node, x, [shape.Aggregate(1L, (a, b) => a * b)]);
    }

    public static Value? Transpose(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var given = node.Ints("perm");
        if (inputs[0] is Stored { Tensor: { Dims.Length: 2, Floats: not null } matrix })
        {
            return given is null or [1, 0] ? new Stored(LayerOperators.Transposed(matrix))
                : given is [0, 1] ? inputs[0]
                : throw node.Damaged("attribute 'perm': expected an order of two dimensions.");
        }
        if (Operators.Computed(node, inputs) is not { } x)
        {
            return null;
        }
        var rank = import.ShapeOf(x).Count + 1;
        var order = given ?? [.. Enumerable.Range(0, rank).Select(i => (long)(rank - 1 - i))];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(i => (long)i)))
        {
            throw node.Damaged($"attribute 'perm': expected an order of {rank} dimensions.");
        }
        return order[0] != 0 ? node.Cannot("an order that moves the batch")
            : order.SequenceEqual(order.Order()) ? x
            : import.Add(node, new Transpose(order), x.Name);
    }

    public static Value? Concat(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var given = node.Int("axis", 1);
        var values = inputs.Take(node.Node.Input.Count).ToArray();
        if (values.Any(v => v is null))
        {
            throw node.Damaged("an input is left out.");
        }
        if (values.All(v => v is Computed))
        {
            var axis = node.Axis(given, import.ShapeOf((Computed)values[0]!).Count + 1);
            return axis == 0
                ? node.Cannot("axis 0")
                : import.Add(node, new Concat(axis), [.. values.Select(v => ((Computed)v!).Name)]);
        }
        Sizes?[] sizes = [.. values.Select(Operators.SizesOf)];
        if (sizes.Any(s => s is null or { IsScalar: true }) || given is not (0 or -1))
        {
            return node.Cannot("constants beside computed values");
        }
        long?[] joined = [.. sizes.SelectMany(s => s!.Numbers).Take(MostSizes + 1)];
        return joined.Length <= MostSizes ? new Sizes(joined, IsScalar: false) : node.Cannot("too many numbers");
    }

    public static Value? Pad(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var mode = node.Text("mode", "constant");
        var isOld = node.Opset < 11;
        var pads = isOld ? node.Ints("pads") : Operators.WholesOf(inputs[1]);
        var value = isOld ? node.Float("value", 0) : Number(inputs[2]);
        if (mode != "constant" || pads is null || value is null)
        {
            return node.Cannot(
                mode != "constant" ? $"mode '{Errors.Excerpt.Clean(mode)}'" : "padding that is computed"
            );
        }
        if (Operators.Image(import, node, inputs) is not { } image)
        {
            return null;
        }
        long[]? axes = inputs[3] is null ? [0, 1, 2, 3] : Operators.WholesOf(inputs[3]);
        if (axes is null)
        {
            return node.Cannot("axes that are computed");
        }
        if (pads.Length != 2 * axes.Length || pads.Any(p => p is < -MostPadding or > MostPadding))
        {
            throw node.Damaged(
                $"found {pads.Length} numbers of padding, expected {2 * axes.Length} up to {MostPadding}."
            );
        }
        var all = new long[8];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = node.Axis(axes[i], 4);
            (all[axis], all[axis + 4]) = (pads[i], pads[i + axes.Length]);
        }
        return all is not [0, 0, var top, var left, 0, 0, var bottom, var right]
            ? node.Cannot("padding of other than height and width")
            : import.Add(node, new Pad(top, left, bottom, right, value.Value), image.Value.Name);
    }

    private static double? Number(Value? value) =>
        value switch
        {
            null => 0,
            Stored { Tensor.Floats: [var number] } => number,
            _ => null,
        };
}
