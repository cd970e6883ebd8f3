using Temper.Onnx.Schema;
using static Temper.Tests.Onnx.OperatorCases;

namespace Temper.Tests.Onnx;

/// <summary>One-operator models without weights, and the chains that programs write around a view.</summary>
internal static class ShapeCases
{
    public static IEnumerable<KeyValuePair<string, Func<OnnxModel>>> Pointwise()
    {
        foreach (var op in (string[])["Relu", "Sigmoid", "Tanh", "Identity", "LeakyRelu"])
        {
            yield return Case(op, () => Row(13, op));
            yield return Case($"{op} opset 21", () => Row(21, op));
        }
        yield return Case("LeakyRelu slope", () => Row(16, "LeakyRelu", null, ("alpha", 0.3)));
        yield return Case("Clip opset 7", () => Row(7, "Clip", null, ("min", 0.2), ("max", 0.6)));
        yield return Case("Clip opset 10 below", () => Row(10, "Clip", null, ("min", 0.2)));
        yield return Case("Clip opset 11", () => Row(11, "Clip", m => [m.Floats([0.2f]), m.Floats([0.6f])]));
        yield return Case("Clip above", () => Row(13, "Clip", m => ["", m.Floats([0.6f])]));
        yield return Case("Clip without limits", () => Row(13, "Clip"));
        yield return Case("Clip crossed", () => Row(13, "Clip", m => [m.Floats([0.8f]), m.Floats([0.6f])]));
        yield return Case("Dropout opset 7", () => Row(7, "Dropout", null, ("ratio", 0.4)));
        yield return Case("Dropout opset 12", () => Row(12, "Dropout", m => [m.Floats([0.4f])]));
        yield return Case(
            "Dropout opset 13",
            () => Row(13, "Dropout", m => [m.Floats([0.4f]), m.Truth(false)], ("seed", 3))
        );
        yield return Case("Cast to itself", () => Row(13, "Cast", null, ("to", 1)));
        foreach (var op in (string[])["Add", "Sub", "Mul", "Div"])
        {
            yield return Case($"{op} per channel", () => Row(13, op, m => [m.Random(0.5, 2, 1, 3, 1, 1)]));
            yield return Case($"{op} opset 7 row", () => Row(7, op, m => [m.Random(0.5, 2, 6)]));
            yield return Case($"{op} opset 14 number", () => Row(14, op, m => [m.Random(0.5, 2)]));
            yield return Case($"{op} full", () => Row(13, op, m => [m.Random(0.5, 2, 3, 7, 6)]));
            yield return Case(
                $"{op} constant first",
                () =>
                {
                    var m = new OnnxModel();
                    return m.Node("Add", ["x", m.Floats([1])], "p")
                        .Node(op, [m.Random(0.5, 2, 3, 1, 1), "p"], "r")
                        .Node("Flatten", ["r"], "y");
                }
            );
            yield return Case(
                $"{op} of two",
                () =>
                {
                    var m = new OnnxModel();
                    return m.Node("Add", ["x", m.Floats([1])], "p")
                        .Node(op, ["x", "p"], "r")
                        .Node("Flatten", ["r"], "y");
                }
            );
            yield return Case(
                $"{op} of two, one repeated",
                () =>
                {
                    var m = new OnnxModel();
                    return m.Node("GlobalAveragePool", ["x"], "p")
                        .Node(op, ["x", "p"], "r")
                        .Node("Flatten", ["r"], "y");
                }
            );
        }
        foreach (var (opset, axis) in ((long, int)[])[(7, 3), (11, -1), (13, 1), (13, 2), (13, -1), (21, -2)])
        {
            yield return Case($"Softmax opset {opset} axis {axis}", () => Row(opset, "Softmax", null, ("axis", axis)));
        }
        yield return Case(
            "Softmax rows opset 11",
            () => new OnnxModel(11).Node("Flatten", ["x"], "f").Node("Softmax", ["f"], "y")
        );
        yield return Case(
            "Softmax rows opset 13",
            () => new OnnxModel(13).Node("Flatten", ["x"], "f").Node("Softmax", ["f"], "y")
        );
    }

    public static IEnumerable<KeyValuePair<string, Func<OnnxModel>>> Shapes()
    {
        foreach (
            var shape in (long[][])
                [
                    [-1, 126],
                    [0, -1],
                    [0, 21, 6],
                    [0, 0, -1, 2],
                    [-1, 3, 42],
                ]
        )
        {
            yield return Case(
                $"Reshape ({string.Join(", ", shape)})",
                () => Row(13, "Reshape", m => [m.Wholes(shape)])
            );
        }
        yield return Case("Reshape opset 21", () => Row(21, "Reshape", m => [m.Wholes(0, -1)], ("allowzero", 0)));
        yield return Case("Flatten", () => new OnnxModel().Node("Flatten", ["x"], "y"));
        yield return Case("Flatten from behind", () => new OnnxModel(21).Node("Flatten", ["x"], "y", ("axis", -3)));
        foreach (
            var order in (int[][])
                [
                    [0, 2, 3, 1],
                    [0, 3, 2, 1],
                    [0, 1, 2, 3],
                ]
        )
        {
            yield return Case(
                $"Transpose ({string.Join(", ", order)})",
                () => Row(13, "Transpose", null, ("perm", order))
            );
        }
        foreach (var axis in (int[])[1, 2, 3, -1])
        {
            yield return Case(
                $"Concat axis {axis}",
                () =>
                {
                    var m = new OnnxModel();
                    return m.Node("Relu", ["x"], "p")
                        .Node("Concat", ["x", "p", "x"], "r", ("axis", axis))
                        .Node("Flatten", ["r"], "y");
                }
            );
        }
        yield return Case(
            "Pad opset 7",
            () => Row(7, "Pad", null, ("pads", (int[])[0, 0, 1, 0, 0, 0, 2, 3]), ("value", 0.5))
        );
        yield return Case("Pad opset 11", () => Row(11, "Pad", m => [m.Wholes(0, 0, 1, 2, 0, 0, 0, 3)]));
        yield return Case(
            "Pad opset 13 value",
            () => Row(13, "Pad", m => [m.Wholes(0, 0, 1, 2, 0, 0, 0, 3), m.Floats([-1.5f])], ("mode", "constant"))
        );
        yield return Case(
            "Pad opset 18 axes",
            () => Row(18, "Pad", m => [m.Wholes(1, 2, 3, 0), m.Floats([2]), m.Wholes(3, 2)])
        );
        yield return Case("Pad that cuts", () => Row(13, "Pad", m => [m.Wholes(0, 0, -1, 2, 0, 0, -2, -3)]));
        yield return Case("Unsqueeze opset 11", () => Row(11, "Unsqueeze", null, ("axes", (int[])[1, -1])));
        yield return Case("Unsqueeze opset 13", () => Row(13, "Unsqueeze", m => [m.Wholes(2)]));
        yield return Case(
            "Squeeze opset 11",
            () =>
                new OnnxModel(11)
                    .Node("GlobalAveragePool", ["x"], "p")
                    .Node("Squeeze", ["p"], "y", ("axes", (int[])[2, 3]))
        );
        yield return Case(
            "Squeeze opset 13",
            () =>
            {
                var m = new OnnxModel().Node("GlobalAveragePool", ["x"], "p");
                return m.Node("Squeeze", ["p", m.Wholes(-1, -2)], "y");
            }
        );
    }

    /// <summary>What programs write around a flatten or a view, and constants in all their forms.</summary>
    public static IEnumerable<KeyValuePair<string, Func<OnnxModel>>> Chains()
    {
        yield return Case(
            "view by Shape, Gather, Concat",
            () =>
                new OnnxModel()
                    .Node("Shape", ["x"], "s")
                    .Node("Constant", [], "zero", ("value", OnnxModel.Scalar(0)))
                    .Node("Gather", ["s", "zero"], "n", ("axis", 0))
                    .Node("Constant", [], "axes", ("value", OnnxModel.Row(0)))
                    .Node("Unsqueeze", ["n", "axes"], "row")
                    .Node("Constant", [], "rest", ("value", OnnxModel.Row(-1)))
                    .Node("Concat", ["row", "rest"], "shape", ("axis", 0))
                    .Node("Reshape", ["x", "shape"], "y")
        );
        yield return Case(
            "view by Shape and Slice",
            () =>
                new OnnxModel()
                    .Node("Shape", ["x"], "s")
                    .Node("Constant", [], "a", ("value_ints", (int[])[0]))
                    .Node("Constant", [], "b", ("value_ints", (int[])[1]))
                    .Node("Slice", ["s", "a", "b"], "n")
                    .Node("Constant", [], "c", ("value_ints", (int[])[6]))
                    .Node("Constant", [], "d", ("value_ints", (int[])[21]))
                    .Node("Mul", ["c", "d"], "all")
                    .Node("Concat", ["n", "all"], "shape", ("axis", 0))
                    .Node("Reshape", ["x", "shape"], "y")
        );
        yield return Case(
            "view by the end of a shape",
            () =>
                new OnnxModel(15)
                    .Node("Shape", ["x"], "n", ("end", 1))
                    .Node("Shape", ["x"], "image", ("start", -2))
                    .Node("Constant", [], "open", ("value_ints", (int[])[-1]))
                    .Node("Concat", ["n", "open", "image"], "shape", ("axis", 0))
                    .Node("Reshape", ["x", "shape"], "r")
                    .Node("Flatten", ["r"], "y")
        );
        yield return Case(
            "squeezed size, cast",
            () =>
                new OnnxModel(11)
                    .Node("Shape", ["x"], "s")
                    .Node("Constant", [], "place", ("value", OnnxModel.Row(0)))
                    .Node("Gather", ["s", "place"], "n")
                    .Node("Squeeze", ["n"], "number", ("axes", (int[])[0]))
                    .Node("Unsqueeze", ["number"], "row", ("axes", (int[])[0]))
                    .Node("Cast", ["row"], "cast", ("to", (int)TensorProto.Types.DataType.Int64))
                    .Node("Constant", [], "rest", ("value", OnnxModel.Row(-1)))
                    .Node("Concat", ["cast", "rest"], "shape", ("axis", 0))
                    .Node("Reshape", ["x", "shape"], "y")
        );
        yield return Case(
            "constants of floats",
            () =>
                new OnnxModel()
                    .Node("Constant", [], "a", ("value_float", 0.25))
                    .Node("Constant", [], "b", ("value_floats", (double[])[1, 2, 3, 4, 5, 6]))
                    .Node("Mul", ["x", "a"], "p")
                    .Node("Add", ["p", "b"], "r")
                    .Node("Flatten", ["r"], "y")
        );
        yield return Case(
            "weights turned and renamed",
            () =>
            {
                var m = new OnnxModel().Node("Flatten", ["x"], "f");
                return m.Node("Identity", [m.Random(-1, 1, 4, 126)], "w")
                    .Node("Transpose", ["w"], "turned", ("perm", (int[])[1, 0]))
                    .Node("MatMul", ["f", "turned"], "y");
            }
        );
        yield return Case(
            "a constant reshaped",
            () =>
            {
                var m = new OnnxModel();
                return m.Node("Reshape", [m.Random(0, 1, 3), m.Wholes(1, -1, 1, 1)], "c")
                    .Node("Mul", ["x", "c"], "r")
                    .Node("Flatten", ["r"], "y");
            }
        );
    }
}
