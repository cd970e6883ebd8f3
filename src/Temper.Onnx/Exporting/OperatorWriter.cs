using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;

namespace Temper.Onnx.Exporting;

/// <summary>Writes one operator of a network as operators of ONNX.</summary>
internal static class OperatorWriter
{
    public static void Write(GraphWriter graph, GraphNode node)
    {
        var (inputs, output) = (node.Inputs, node.Output);
        switch (node.Op)
        {
            case Arithmetic op:
                graph.Node(op.Kind.ToString(), inputs, output);
                break;
            case AveragePool op:
                var counts = ("count_include_pad", (object)(op.CountPadding ? 1L : 0L));
                graph.Node("AveragePool", inputs, output, [.. Window(op.Window), counts]);
                break;
            case BatchNorm op:
                // The counter of batches is of use in training only.
                graph.Node("BatchNormalization", [.. inputs.Take(5)], output, ("epsilon", op.Epsilon));
                break;
            case Clip op:
                string[] limits = [graph.Number($"{output}.low", op.Low), graph.Number($"{output}.high", op.High)];
                graph.Node("Clip", [.. inputs, .. limits], output);
                break;
            case Concat op:
                graph.Node("Concat", inputs, output, ("axis", op.Axis));
                break;
            case Conv op:
                (string, object)[] settings = [("dilations", (long[])[op.Dilation, op.Dilation]), ("group", op.Groups)];
                graph.Node("Conv", inputs, output, [.. Window(op.Window), .. settings]);
                break;
            case Dropout or Identity:
                graph.Alias(output, inputs[0]);
                break;
            case Flatten:
                graph.Node("Flatten", inputs, output, ("axis", 1L));
                break;
            case GlobalAveragePool or MatMul or Relu or Sigmoid or Tanh:
                graph.Node(node.Op.Name, inputs, output);
                break;
            case LeakyRelu op:
                graph.Node("LeakyRelu", inputs, output, ("alpha", op.Slope));
                break;
            case Linear:
                WriteLinear(graph, inputs, output);
                break;
            case MaxPool op:
                graph.Node("MaxPool", inputs, output, Window(op.Window));
                break;
            case Pad op:
                var pads = graph.Wholes($"{output}.pads", 0, 0, op.Top, op.Left, 0, 0, op.Bottom, op.Right);
                graph.Node("Pad", [.. inputs, pads, graph.Number($"{output}.value", op.Value)], output);
                break;
            case Reshape op:
                // 0 keeps the first dimension, the number of inputs.
                graph.Node("Reshape", [.. inputs, graph.Wholes($"{output}.shape", [0, .. op.Shape])], output);
                break;
            case Silu:
                graph.Node("Sigmoid", inputs, $"{output}.sigmoid");
                graph.Node("Mul", [.. inputs, $"{output}.sigmoid"], output);
                break;
            case Softmax op:
                graph.Node("Softmax", inputs, output, ("axis", op.Axis));
                break;
            case Transpose op:
                graph.Node("Transpose", inputs, output, ("perm", (long[])[.. op.Order]));
                break;
            default:
                throw new ModelException(
                    $"operator '{node.Op.Name}' ({node.Op.GetType().FullName}) has no form in ONNX here; the operators of Temper itself have one."
                );
        }
    }

    private static void WriteLinear(GraphWriter graph, IReadOnlyList<string> inputs, string output)
    {
        if (graph.ShapeOf(inputs[0]).Length == 2)
        {
            graph.Node("Gemm", inputs, output, ("transB", 1L));
            return;
        }
        graph.Node("Transpose", [inputs[1]], $"{output}.matrix", ("perm", (long[])[1, 0]));
        if (inputs.Count == 2)
        {
            graph.Node("MatMul", [inputs[0], $"{output}.matrix"], output);
            return;
        }
        graph.Node("MatMul", [inputs[0], $"{output}.matrix"], $"{output}.product");
        graph.Node("Add", [$"{output}.product", inputs[2]], output);
    }

    private static (string, object)[] Window(Window w) =>
        [
            ("kernel_shape", (long[])[w.KernelHeight, w.KernelWidth]),
            ("strides", (long[])[w.StrideHeight, w.StrideWidth]),
            ("pads", (long[])[w.Top, w.Left, w.Bottom, w.Right]),
        ];
}
