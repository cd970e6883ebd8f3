using Temper.Models.Graphs.Ops;

namespace Temper.Onnx.Importing;

/// <summary>The operators of ONNX that have a differentiable form here.</summary>
/// <remarks>Meanings are those of the ONNX operator specification, versions 7 to 21, and are tested against onnxruntime.</remarks>
internal static class Operators
{
    /// <summary>Operator → how it is imported.</summary>
    public static IReadOnlyDictionary<string, Operation> Known { get; } =
        new Dictionary<string, Operation>(StringComparer.Ordinal)
        {
            ["Add"] = ArithmeticOperators.Of(ArithmeticKind.Add),
            ["Sub"] = ArithmeticOperators.Of(ArithmeticKind.Sub),
            ["Mul"] = ArithmeticOperators.Of(ArithmeticKind.Mul),
            ["Div"] = ArithmeticOperators.Of(ArithmeticKind.Div),
            ["AveragePool"] = new(1, 1, PoolOperators.AveragePool),
            ["BatchNormalization"] = new(5, 5, LayerOperators.BatchNormalization),
            ["Cast"] = new(1, 1, ConstantOperators.Cast),
            ["Clip"] = new(1, 3, PointwiseOperators.Clip),
            ["Concat"] = new(1, int.MaxValue, ShapeOperators.Concat),
            ["Constant"] = new(0, 0, ConstantOperators.Constant),
            ["Conv"] = new(2, 3, LayerOperators.Conv),
            ["Dropout"] = new(1, 3, PointwiseOperators.Dropout),
            ["Flatten"] = new(1, 1, ShapeOperators.Flatten),
            ["Gather"] = new(2, 2, ConstantOperators.Gather),
            ["Gemm"] = new(2, 3, LayerOperators.Gemm),
            ["GlobalAveragePool"] = new(1, 1, PoolOperators.GlobalAveragePool),
            ["Identity"] = new(1, 1, (_, _, inputs) => inputs[0]),
            ["LeakyRelu"] = PointwiseOperators.Of(node => new LeakyRelu(node.Float("alpha", 0.01f))),
            ["MatMul"] = new(2, 2, LayerOperators.MatMul),
            ["MaxPool"] = new(1, 1, PoolOperators.MaxPool),
            ["Pad"] = new(1, 4, ShapeOperators.Pad),
            ["ReduceMean"] = new(1, 2, PoolOperators.ReduceMean),
            ["Relu"] = PointwiseOperators.Of(_ => new Relu()),
            ["Reshape"] = new(2, 2, ReshapeOperators.Reshape),
            ["Shape"] = new(1, 1, ConstantOperators.Shape),
            ["Sigmoid"] = PointwiseOperators.Of(_ => new Sigmoid()),
            ["Slice"] = new(1, 5, ConstantOperators.Slice),
            ["Softmax"] = new(1, 1, PointwiseOperators.Softmax),
            ["Squeeze"] = new(1, 2, ReshapeOperators.Squeeze),
            ["Tanh"] = PointwiseOperators.Of(_ => new Tanh()),
            ["Transpose"] = new(1, 1, ShapeOperators.Transpose),
            ["Unsqueeze"] = new(1, 2, ReshapeOperators.Unsqueeze),
        };

    /// <summary>The input as a value that depends on the model's input.</summary>
    /// <returns>Null, with the problem noted, where it is a constant.</returns>
    public static Computed? Computed(NodeReader node, Value?[] inputs, int place = 0)
    {
        if (inputs[place] is Computed computed)
        {
            return computed;
        }
        node.Cannot("a constant where a computed value was expected");
        return null;
    }

    /// <summary>The input as an image (N, C, H, W).</summary>
    /// <returns>Null, with the problem noted, where it is none.</returns>
    public static (Computed Value, long[] Size)? Image(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (Computed(node, inputs) is not { } value)
        {
            return null;
        }
        if (import.ShapeOf(value) is [_, var height, var width])
        {
            return (value, [height, width]);
        }
        node.Cannot($"values of {import.ShapeOf(value).Count + 1} dimensions");
        return null;
    }

    /// <summary>Whole numbers that the file holds or that were computed from shapes.</summary>
    /// <returns>Null where the value is something else.</returns>
    public static Sizes? SizesOf(Value? value) =>
        value switch
        {
            Sizes sizes => sizes,
            Stored { Tensor: { Wholes: { } wholes, Dims.Length: <= 1 } tensor } => new(
                [.. wholes.Select(w => (long?)w)],
                tensor.Dims.Length == 0
            ),
            _ => null,
        };

    /// <summary>Whole numbers of which none depends on the number of inputs.</summary>
    /// <returns>Null where the value is something else.</returns>
    public static long[]? WholesOf(Value? value) =>
        SizesOf(value) is { } sizes && Array.TrueForAll(sizes.Numbers, n => n is not null)
            ? [.. sizes.Numbers.Select(n => n!.Value)]
            : null;
}
