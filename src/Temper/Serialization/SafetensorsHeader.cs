using System.Text.Json;
using System.Text.Unicode;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>The header of a safetensors file, read strictly and in one pass: nothing in it is read twice or kept unread.</summary>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsHeader.TensorInfo> Tensors,
    IReadOnlyDictionary<string, string> Metadata
)
{
    /// <summary>The key of the free text among the tensors; no tensor can have this name.</summary>
    public const string MetadataKey = "__metadata__";

    private const int MostDimensions = 32;
    private const int MostNameShown = 80;

    /// <summary>What the header says of one tensor; positions count from the start of the data.</summary>
    public sealed record TensorInfo(string Name, string DType, long[] Shape, long Begin, long End);

    /// <summary>Reads the header's JSON.</summary>
    /// <exception cref="DataException">It is not the header of a safetensors file.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string file)
    {
        if (!Utf8.IsValid(json))
        {
            throw new DataException($"{file}: the header is not UTF-8 text; not a safetensors file, or damaged.");
        }
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw new DataException($"{file}: the header does not begin with '{{', expected a JSON object.");
        }
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
            reader.Read();
            var header = Entries(ref reader, file);
            if (json[(int)reader.BytesConsumed..].ContainsAnyExcept((byte)' '))
            {
                throw new DataException($"{file}: the header goes on after its JSON object, expected only spaces.");
            }
            return header;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is thrown for escapes that make no character.
            throw new DataException($"{file}: the header is not the JSON of a safetensors file ({e.Message}).", e);
        }
    }

    /// <summary>The bytes a tensor needs, by its type and shape.</summary>
    /// <exception cref="DataException">The type is unknown, or the shape negative or too large to address.</exception>
    public static long Size(string name, string dtype, long[] shape, string file)
    {
        long size = dtype switch
        {
            "F64" or "I64" => 8,
            "F32" or "I32" => 4,
            "F16" or "BF16" or "I16" => 2,
            "I8" or "U8" or "BOOL" => 1,
            _ => throw new DataException(
                $"{file}: tensor {Quoted(name)} has type {Quoted(dtype)}, expected one of F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL."
            ),
        };
        foreach (var side in shape)
        {
            if (side < 0 || Math.BigMul(size, side, out var product) != 0 || product < 0)
            {
                throw new DataException(
                    $"{file}: tensor {Quoted(name)} has the impossible shape ({string.Join(", ", shape)})."
                );
            }
            size = product;
        }
        return size;
    }

    /// <summary>A name out of a file, fit for a message of one paragraph: no control characters, not endless.</summary>
    public static string Quoted(string name)
    {
        var shown = name.Length > MostNameShown ? name[..MostNameShown] + "…" : name;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }

    private static SafetensorsHeader Entries(ref Utf8JsonReader reader, string file)
    {
        var tensors = new List<TensorInfo>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (NextName(ref reader) is { } name)
        {
            if (!names.Add(name))
            {
                throw new DataException($"{file}: the header names {Quoted(name)} twice.");
            }
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new DataException($"{file}: found {reader.TokenType} at {Quoted(name)}, expected an object.");
            }
            if (name == MetadataKey)
            {
                ReadMetadata(ref reader, metadata, file);
            }
            else
            {
                tensors.Add(ReadTensor(ref reader, name, file));
            }
        }
        return new(tensors, metadata);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string file)
    {
        while (NextName(ref reader) is { } key)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new DataException($"{file}: found {reader.TokenType} in metadata {Quoted(key)}, expected text.");
            }
            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw new DataException($"{file}: the header has metadata {Quoted(key)} twice.");
            }
        }
    }

    private static TensorInfo ReadTensor(ref Utf8JsonReader reader, string name, string file)
    {
        string? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextName(ref reader) is { } field)
        {
            switch (field)
            {
                case "dtype" when dtype is null && reader.TokenType == JsonTokenType.String:
                    dtype = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, field, MostDimensions, file);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, field, 2, file);
                    break;
                default:
                    throw new DataException(
                        $"{file}: tensor {Quoted(name)} has field {Quoted(field)} twice, wrong, or unknown; expected dtype (text), shape and data_offsets (whole numbers), once each."
                    );
            }
        }
        return dtype is not null && shape is not null && offsets is { Length: 2 }
            ? new(name, dtype, shape, offsets[0], offsets[1])
            : throw new DataException(
                $"{file}: tensor {Quoted(name)} lacks dtype, shape or two data_offsets; expected all three."
            );
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string name, string field, int most, string file)
    {
        var numbers = new List<long>();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (
                reader.Read()
                && reader.TokenType == JsonTokenType.Number
                && numbers.Count < most
                && reader.TryGetInt64(out var number)
                && number >= 0
            )
            {
                numbers.Add(number);
            }
        }
        return reader.TokenType == JsonTokenType.EndArray
            ? [.. numbers]
            : throw new DataException(
                $"{file}: tensor {Quoted(name)} has a wrong {field}, expected a list of at most {most} whole numbers from 0 to {long.MaxValue}."
            );
    }

    /// <summary>The next name of the object the reader is in, with the reader on its value; null at the object's end.</summary>
    private static string? NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }
        var name = reader.GetString();
        reader.Read();
        return name;
    }
}
