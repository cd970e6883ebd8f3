using Temper.Errors;
using Temper.Models;
using Temper.Onnx.Schema;

namespace Temper.Onnx.Reading;

/// <summary>What a model takes and returns.</summary>
/// <param name="Input">The name of the one input, float32 (N, C, H, W).</param>
/// <param name="Output">The name of the one output, the scores.</param>
/// <param name="Batch">The number of inputs it takes at once; null for any.</param>
internal sealed record ModelInterface(string Input, string Output, int? Batch)
{
    /// <summary>More rows at once than this are no batch but a mistake.</summary>
    private const int MostRows = 4096;

    /// <summary>Reads what a graph takes and returns, and holds it against the data.</summary>
    /// <exception cref="DataException">It has several inputs or outputs, or other than float32 tensors.</exception>
    /// <exception cref="ModelException">The shape of its input is not that of the data.</exception>
    public static ModelInterface Of(GraphProto graph, InputShape data, string path)
    {
        // Files of before 2019 list their weights among the inputs as well.
        var weights = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var input = Single([.. graph.Input.Where(i => !weights.Contains(i.Name))], "input", path);
        var output = Single([.. graph.Output], "output", path);
        if (output.Type?.TensorType is not { } scores || scores.ElemType != (int)TensorProto.Types.DataType.Float)
        {
            throw new DataException(
                $"{path}: field graph.output '{Excerpt.Clean(output.Name)}': found {Type(output)}, expected a float32 tensor (N, classes)."
            );
        }
        return new(input.Name, output.Name, Check(input, data, path));
    }

    private static ValueInfoProto Single(ValueInfoProto[] found, string what, string path) =>
        found is [var single]
            ? single
            : throw new DataException(
                $"{path}: field graph.{what}: found {found.Length} ({string.Join(", ", found.Take(4).Select(v => $"'{Excerpt.Clean(v.Name)}'"))}{(found.Length > 4 ? ", …" : "")}), expected one {what}."
            );

    private static int? Check(ValueInfoProto input, InputShape data, string path)
    {
        var place = $"{path}: field graph.input '{Excerpt.Clean(input.Name)}'";
        var expected = $"a float32 tensor (N, {data.Channels}, {data.Height}, {data.Width})";
        if (input.Type?.TensorType is not { } type || type.ElemType != (int)TensorProto.Types.DataType.Float)
        {
            throw new DataException($"{place}: found {Type(input)}, expected {expected}.");
        }
        if (type.Shape is null)
        {
            return null;
        }
        long?[] dims = [.. type.Shape.Dim.Select(d => d.HasDimValue ? (long?)d.DimValue : null)];
        long[] wanted = [data.Channels, data.Height, data.Width];
        if (dims.Length != 4 || dims[1..].Zip(wanted).Any(d => d.First is { } found && found != d.Second))
        {
            throw new ModelException($"{place}: found {Type(input)}, expected {expected}.");
        }
        return dims[0] switch
        {
            null => null,
            >= 1 and <= MostRows => (int)dims[0]!,
            _ => throw new ModelException(
                $"{place}: found {Type(input)}, expected a batch that is open or of 1 to {MostRows}."
            ),
        };
    }

    private static string Type(ValueInfoProto value)
    {
        if (value.Type?.TensorType is not { } tensor)
        {
            return "no tensor";
        }
        var shape = tensor.Shape is null
            ? ""
            : $" ({string.Join(", ", tensor.Shape.Dim.Take(8).Select(d => d.HasDimValue ? $"{d.DimValue}" : d.DimParam.Length > 0 ? Excerpt.Clean(d.DimParam) : "?"))})";
        return $"a {StoredTensor.TypeName(tensor.ElemType)} tensor{shape}";
    }
}
