using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Onnx.Reading;

namespace Temper.Onnx.Importing;

/// <summary>Operators with weights.</summary>
internal static class LayerOperators
{
    public static Value? Conv(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (Operators.Image(import, node, inputs) is not { } image)
        {
            return null;
        }
        if (inputs[1] is not Stored { Tensor: { Dims.Length: 4 } weight } || inputs[2] is not (null or Stored))
        {
            return node.Cannot("weights that are computed or not of four dimensions");
        }
        var kernel = weight.Dims[2..];
        if (!node.Ints("kernel_shape", kernel, 1).SequenceEqual(kernel))
        {
            throw node.Damaged(
                $"attribute 'kernel_shape': expected ({kernel[0]}, {kernel[1]}), the shape of the weights."
            );
        }
        var dilation = node.Ints("dilations", [1, 1], 1);
        if (dilation[0] != dilation[1])
        {
            return node.Cannot($"dilations ({dilation[0]}, {dilation[1]})");
        }
        var groups = node.Int("group", 1);
        if (groups < 1 || groups > weight.Dims[0])
        {
            throw node.Damaged($"attribute 'group': found {groups}, expected 1 to {weight.Dims[0]}.");
        }
        var op = new Conv(node.Window(image.Size, kernel, dilation[0]), dilation[0], groups);
        var stored = import.Store(node, weight, ParameterRole.Weight);
        return inputs[2] is Stored bias
            ? import.Add(node, op, image.Value.Name, stored, import.Store(node, bias.Tensor, ParameterRole.Weight))
            : import.Add(node, op, image.Value.Name, stored);
    }

    /// <summary>alpha · A · B + beta · C, written as a linear layer whose weight holds alpha.</summary>
    public static Value? Gemm(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var (alpha, beta) = ((float)node.Float("alpha", 1), (float)node.Float("beta", 1));
        var (transA, transB) = (node.Int("transA", 0), node.Int("transB", 0));
        if (Operators.Computed(node, inputs) is not { } x || transA != 0)
        {
            return node.Cannot("transA");
        }
        if (inputs[1] is not Stored { Tensor: { Dims.Length: 2, Floats: not null } b } || import.ShapeOf(x).Count != 1)
        {
            return node.Cannot("a matrix that is computed");
        }
        var weight = transB != 0 ? b : Transposed(b);
        if (alpha != 1)
        {
            weight = weight with { Floats = [.. weight.Floats!.Select(v => alpha * v)] };
        }
        var outputs = weight.Dims[0];
        var stored = import.Store(node, weight, ParameterRole.Weight);
        if (inputs[2] is null)
        {
            return import.Add(node, new Linear(), x.Name, stored);
        }
        if (
            inputs[2] is not Stored { Tensor: { Floats: { Length: > 0 } values, Dims: var dims } c }
            || !(dims is [] or [_] || dims is [1, _])
            || (values.Length != 1 && values.Length != outputs)
        )
        {
            return node.Cannot("a C that is computed or not one row");
        }
        var bias =
            beta == 1 && dims is [_] && values.Length == outputs
                ? c
                : c with
                {
                    Dims = [outputs],
                    Floats = [.. Enumerable.Range(0, (int)outputs).Select(i => beta * values[i % values.Length])],
                };
        return import.Add(node, new Linear(), x.Name, stored, import.Store(node, bias, ParameterRole.Weight));
    }

    public static Value? MatMul(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (Operators.Computed(node, inputs) is not { } x)
        {
            return null;
        }
        return inputs[1] is Stored { Tensor: { Dims.Length: 2 } matrix }
            ? import.Add(node, new MatMul(), x.Name, import.Store(node, matrix, ParameterRole.Weight))
            : node.Cannot("a second factor that is computed or not a matrix");
    }

    public static Value? BatchNormalization(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var op = new BatchNorm(node.Float("epsilon", 1e-5f), 1 - node.Float("momentum", 0.9f));
        if (node.Int("training_mode", 0) != 0 || node.Int("spatial", 1) != 1)
        {
            return node.Cannot("training mode, or statistics per pixel");
        }
        if (Operators.Computed(node, inputs) is not { } x)
        {
            return null;
        }
        if (inputs[1..5].Any(i => i is not Stored))
        {
            return node.Cannot("statistics that are computed");
        }
        string[] stored =
        [
            .. inputs[1..5]
                .Select(
                    (value, i) =>
                        import.Store(node, ((Stored)value!).Tensor, i < 2 ? ParameterRole.Weight : ParameterRole.Buffer)
                ),
        ];
        return import.Add(node, op, [x.Name, .. stored]);
    }

    /// <summary>A matrix with rows and columns exchanged.</summary>
    public static StoredTensor Transposed(StoredTensor matrix)
    {
        var (rows, columns) = ((int)matrix.Dims[0], (int)matrix.Dims[1]);
        var result = new float[matrix.Floats!.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = matrix.Floats[(row * columns) + column];
            }
        }
        return matrix with { Dims = [columns, rows], Floats = result };
    }
}
