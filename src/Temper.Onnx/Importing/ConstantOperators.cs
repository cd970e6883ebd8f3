using Temper.Onnx.Reading;
using Temper.Onnx.Schema;

namespace Temper.Onnx.Importing;

/// <summary>Operators on constants and shapes, which are done while importing: what programs write to flatten and reshape.</summary>
internal static class ConstantOperators
{
    public static Value? Constant(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var name = node.Node.Output[0];
        return node.Tensor("value") is { } tensor ? Named(ImportScope.FromFile(tensor), name)
            : node.Has("value_float") ? Float([], [(float)node.Float("value_float", 0)])
            : node.Floats("value_floats") is { } floats ? Float([floats.Length], floats)
            : node.Has("value_int") ? new Sizes([node.Int("value_int", 0)], IsScalar: true)
            : node.Ints("value_ints") is { } ints ? new Sizes([.. ints.Select(i => (long?)i)], IsScalar: false)
            : node.Cannot("a value that is no tensor of numbers");

        Stored Float(long[] dims, float[] values) => new(new StoredTensor(name, dims, values, null));
    }

    public static Value? Cast(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var to = (TensorProto.Types.DataType)node.Int("to", 0);
        node.Int("saturate", 1);
        return (inputs[0], to) switch
        {
            (Computed or Stored { Tensor.Floats: not null }, TensorProto.Types.DataType.Float) => inputs[0],
            (var value, TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32)
                when Operators.SizesOf(value) is { } sizes => sizes,
            _ => node.Cannot($"to {StoredTensor.TypeName((int)to)}"),
        };
    }

    public static Value? Shape(ImportScope import, NodeReader node, Value?[] inputs)
    {
        long?[]? shape = inputs[0] switch
        {
            Computed x => [null, .. import.ShapeOf(x).Select(d => (long?)d)],
            Stored stored => [.. stored.Tensor.Dims.Select(d => (long?)d)],
            _ => null,
        };
        if (shape is null)
        {
            return node.Cannot("the shape of a shape");
        }
        var (start, end) = (node.Int("start", 0), node.Int("end", long.MaxValue));
        return new Sizes(Part(shape, start, end), IsScalar: false);
    }

    public static Value? Gather(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var axis = node.Int("axis", 0);
        if (
            Operators.SizesOf(inputs[0]) is not { IsScalar: false } data
            || Operators.SizesOf(inputs[1]) is not { } places
            || axis is not (0 or -1)
        )
        {
            return node.Cannot("other than numbers of a shape");
        }
        if (Operators.WholesOf(places) is not { } wholes || data.Numbers.Length == 0)
        {
            return node.Cannot("places that are computed");
        }
        return new Sizes([.. wholes.Select(p => data.Numbers[node.Axis(p, data.Numbers.Length)])], places.IsScalar);
    }

    public static Value? Slice(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var isOld = node.Opset < 10;
        var starts = isOld ? node.Ints("starts") : Operators.WholesOf(inputs[1]);
        var ends = isOld ? node.Ints("ends") : Operators.WholesOf(inputs[2]);
        var axes =
            isOld ? node.Ints("axes") ?? [0]
            : inputs[3] is null ? [0]
            : Operators.WholesOf(inputs[3]);
        var steps = isOld || inputs[4] is null ? [1] : Operators.WholesOf(inputs[4]);
        return
            Operators.SizesOf(inputs[0]) is { IsScalar: false } data
            && (starts, ends, axes, steps) is ([var start], [var end], [0 or -1], [1])
            ? new Sizes(Part(data.Numbers, start, end), IsScalar: false)
            : node.Cannot("other than numbers of a shape");
    }

    /// <summary>A part of a row; places are counted from the end where they are negative, and cut to the row.</summary>
    private static long?[] Part(long?[] row, long start, long end)
    {
        var from = (int)Math.Clamp(start < 0 ? start + row.Length : start, 0, row.Length);
        var to = (int)Math.Clamp(end < 0 ? end + row.Length : end, 0, row.Length);
        return from < to ? row[from..to] : [];
    }

    private static Value Named(Value value, string name) =>
        value is Stored stored ? new Stored(stored.Tensor with { Name = name }) : value;
}
