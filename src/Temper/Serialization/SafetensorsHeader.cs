using System.Text.Json;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>The header of a safetensors file, read strictly.</summary>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsHeader.TensorInfo> Tensors,
    IReadOnlyDictionary<string, string> Metadata
)
{
    private const int MostDimensions = 32;

    /// <summary>What the header says of one tensor.</summary>
    public sealed record TensorInfo(string Name, string DType, long[] Shape, long Begin, long End);

    /// <summary>Reads the header's JSON.</summary>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string metadataKey, string name)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        using var document = JsonDocument.ParseValue(ref reader);
        foreach (var rest in json[(int)reader.BytesConsumed..])
        {
            if (rest != (byte)' ')
            {
                throw new DataException($"{name}: the header goes on after its JSON object.");
            }
        }
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new DataException($"{name}: the header is not a JSON object.");
        }
        var tensors = new List<TensorInfo>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw new DataException($"{name}: the header names '{property.Name}' twice.");
            }
            if (property.Name == metadataKey)
            {
                foreach (var item in property.Value.EnumerateObject())
                {
                    metadata[item.Name] =
                        item.Value.GetString()
                        ?? throw new DataException($"{name}: metadata '{item.Name}' is not text.");
                }
            }
            else
            {
                tensors.Add(Tensor(property, name));
            }
        }
        return new(tensors, metadata);
    }

    /// <summary>The bytes a tensor needs, by its type and shape.</summary>
    public static long Size(TensorInfo tensor, string name)
    {
        long width = tensor.DType switch
        {
            "F64" or "I64" => 8,
            "F32" or "I32" => 4,
            "F16" or "BF16" or "I16" => 2,
            "I8" or "U8" or "BOOL" => 1,
            _ => throw new DataException(
                $"{name}: tensor '{tensor.Name}' is of type '{tensor.DType}', which is not supported."
            ),
        };
        try
        {
            return tensor.Shape.Aggregate(
                width,
                (size, side) => side < 0 ? throw new OverflowException() : checked(size * side)
            );
        }
        catch (OverflowException e)
        {
            throw new DataException(
                $"{name}: tensor '{tensor.Name}' has the impossible shape ({string.Join(", ", tensor.Shape)}).",
                e
            );
        }
    }

    private static TensorInfo Tensor(JsonProperty property, string name)
    {
        if (
            property.Value.ValueKind != JsonValueKind.Object
            || !property.Value.TryGetProperty("dtype", out var type)
            || !property.Value.TryGetProperty("shape", out var shape)
            || !property.Value.TryGetProperty("data_offsets", out var offsets)
            || type.GetString() is not { } typeName
            || shape.GetArrayLength() > MostDimensions
            || offsets.GetArrayLength() != 2
        )
        {
            throw new DataException($"{name}: tensor '{property.Name}' lacks dtype, shape or data_offsets.");
        }
        return new(
            property.Name,
            typeName,
            [.. shape.EnumerateArray().Select(s => s.GetInt64())],
            offsets[0].GetInt64(),
            offsets[1].GetInt64()
        );
    }
}
