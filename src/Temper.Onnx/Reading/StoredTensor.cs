using System.Runtime.InteropServices;
using Temper.Errors;
using Temper.Onnx.Schema;

namespace Temper.Onnx.Reading;

/// <summary>A tensor of a file: float32 values, or whole numbers.</summary>
/// <param name="Name">Its name, for what is made of it.</param>
/// <param name="Dims">Its shape.</param>
/// <param name="Floats">Its values where it is float32, row-major; null otherwise.</param>
/// <param name="Wholes">Its values where it is int64, int32 or bool; null otherwise.</param>
internal sealed record StoredTensor(string Name, long[] Dims, float[]? Floats, long[]? Wholes)
{
    private const int FirstNarrowType = 17;
    private const int LastNarrowType = 23;

    /// <summary>Reads a tensor.</summary>
    /// <param name="tensor">The tensor; its size has been checked.</param>
    /// <returns>Null where it is of a type that networks here do not compute with.</returns>
    public static StoredTensor? Of(TensorProto tensor)
    {
        long[] dims = [.. tensor.Dims];
        var raw = tensor.RawData.Span;
        return (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => new(
                tensor.Name,
                dims,
                raw.IsEmpty ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(raw).ToArray(),
                null
            ),
            TensorProto.Types.DataType.Int64 => new(
                tensor.Name,
                dims,
                null,
                raw.IsEmpty ? [.. tensor.Int64Data] : MemoryMarshal.Cast<byte, long>(raw).ToArray()
            ),
            TensorProto.Types.DataType.Int32 => new(
                tensor.Name,
                dims,
                null,
                raw.IsEmpty
                    ? [.. tensor.Int32Data.Select(v => (long)v)]
                    : [.. MemoryMarshal.Cast<byte, int>(raw).ToArray().Select(v => (long)v)]
            ),
            TensorProto.Types.DataType.Bool => new(
                tensor.Name,
                dims,
                null,
                raw.IsEmpty ? [.. tensor.Int32Data.Select(v => (long)v)] : [.. raw.ToArray().Select(v => (long)v)]
            ),
            _ => null,
        };
    }

    /// <summary>Refuses a tensor whose shape promises other than what is there.</summary>
    /// <exception cref="DataException">The shape and the values do not belong together.</exception>
    public static void CheckSize(TensorProto tensor, string place)
    {
        if (tensor.DataType is >= FirstNarrowType and <= LastNarrowType)
        {
            // Of eight and four bits; onnxruntime knows how they are packed.
            return;
        }
        var expected = Count(tensor.Dims, place);
        var (width, listed) = Layout(tensor);
        if (width == 0)
        {
            throw new DataException(
                $"{place}: found a tensor of type {TypeName(tensor.DataType)}, which is not known."
            );
        }
        var found = tensor.HasRawData && tensor.RawData.Length > 0 ? tensor.RawData.Length / (double)width : listed;
        if (found != expected)
        {
            throw new DataException(
                $"{place}: it holds {found} values, expected {expected} by its shape {Shape(tensor.Dims)}."
            );
        }
    }

    /// <summary>The name of an element type, for messages.</summary>
    public static string TypeName(int type) =>
        Enum.IsDefined((TensorProto.Types.DataType)type)
            ? ((TensorProto.Types.DataType)type).ToString().ToLowerInvariant() switch
            {
                "float" => "float32",
                "double" => "float64",
                var name => name,
            }
            : $"{type}";

    /// <summary>A shape, for messages.</summary>
    private static string Shape(IReadOnlyCollection<long> dims) =>
        $"({string.Join(", ", dims.Take(8))}{(dims.Count > 8 ? ", …" : "")})";

    /// <summary>The number of values of a shape.</summary>
    private static long Count(IReadOnlyCollection<long> dims, string place)
    {
        long count = 1;
        foreach (var dim in dims)
        {
            // No file holds as many values as an int counts, and so the product cannot run over.
            if (dim is < 0 or > int.MaxValue || count > int.MaxValue)
            {
                throw new DataException($"{place}: found the shape {Shape(dims)}, expected one that fits in a file.");
            }
            count *= dim;
        }
        return count;
    }

    /// <summary>The bytes of one value in raw data, and the values listed where there is none.</summary>
    private static (int Width, double Listed) Layout(TensorProto tensor) =>
        (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => (4, tensor.FloatData.Count),
            TensorProto.Types.DataType.Int32 => (4, tensor.Int32Data.Count),
            TensorProto.Types.DataType.Bool or TensorProto.Types.DataType.Int8 or TensorProto.Types.DataType.Uint8 => (
                1,
                tensor.Int32Data.Count
            ),
            TensorProto.Types.DataType.Int16
            or TensorProto.Types.DataType.Uint16
            or TensorProto.Types.DataType.Float16
            or TensorProto.Types.DataType.Bfloat16 => (2, tensor.Int32Data.Count),
            TensorProto.Types.DataType.Int64 => (8, tensor.Int64Data.Count),
            TensorProto.Types.DataType.Double => (8, tensor.DoubleData.Count),
            TensorProto.Types.DataType.Uint32 => (4, tensor.Uint64Data.Count),
            TensorProto.Types.DataType.Uint64 => (8, tensor.Uint64Data.Count),
            TensorProto.Types.DataType.Complex64 => (8, tensor.FloatData.Count / 2.0),
            TensorProto.Types.DataType.Complex128 => (16, tensor.DoubleData.Count / 2.0),
            TensorProto.Types.DataType.String => (int.MaxValue, tensor.StringData.Count),
            _ => (0, 0),
        };
}
