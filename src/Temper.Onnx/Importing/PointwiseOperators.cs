using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Onnx.Importing;

/// <summary>Operators that keep the shape.</summary>
internal static class PointwiseOperators
{
    /// <summary>An operator on one value.</summary>
    public static Operation Of(Func<NodeReader, GraphOp> make) =>
        new(
            1,
            1,
            (import, node, inputs) =>
                Operators.Computed(node, inputs) is { } x ? import.Add(node, make(node), x.Name) : null
        );

    public static Value? Clip(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (Operators.Computed(node, inputs) is not { } x)
        {
            return null;
        }
        double? low = double.NegativeInfinity;
        double? high = double.PositiveInfinity;
        if (node.Opset < 11)
        {
            // The defaults of old are the largest finite numbers, and what lies beyond them is infinite.
            (low, high) = (node.Float("min", low.Value), node.Float("max", high.Value));
        }
        else
        {
            low = inputs[1] is null ? low : Scalar(inputs[1]);
            high = inputs[2] is null ? high : Scalar(inputs[2]);
        }
        return low is null || high is null
            ? node.Cannot("limits that are computed")
            : import.Add(node, new Clip(low.Value, high.Value), x.Name);
    }

    /// <summary>Dropout does nothing outside training.</summary>
    public static Value? Dropout(ImportScope import, NodeReader node, Value?[] inputs)
    {
        node.Float("ratio", 0.5);
        node.Int("seed", 0);
        // The mode is an input from version 12 on; before 7 it was an attribute.
        return inputs[2] is null || Operators.WholesOf(inputs[2]) is [0] ? inputs[0] : node.Cannot("training mode");
    }

    public static Value? Softmax(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (Operators.Computed(node, inputs) is not { } x)
        {
            return null;
        }
        var shape = import.ShapeOf(x);
        var axis = node.Axis(node.Int("axis", node.Opset < 13 ? 1 : -1), shape.Count + 1);
        // Up to version 12 all dimensions from the axis on are taken as one.
        var isOne = node.Opset >= 13 || shape.Skip((int)axis).All(d => d == 1);
        return axis == 0 ? node.Cannot("axis 0")
            : isOne ? import.Add(node, new Softmax(axis), x.Name)
            : node.Cannot($"axis {axis} of {shape.Count + 1} dimensions in operator set {node.Opset}");
    }

    private static double? Scalar(Value? value) =>
        value is Stored { Tensor: { Floats: [var number], Dims.Length: <= 1 } } ? number : null;
}
