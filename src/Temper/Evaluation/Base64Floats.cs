using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Temper.Evaluation;

/// <summary>Writes float32 values as base64 of their little-endian bytes.</summary>
internal sealed class Base64Floats : JsonConverter<float[]>
{
    public override float[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes))
        {
            throw new JsonException("expected a base64 text.");
        }
        if (bytes.Length % sizeof(float) != 0)
        {
            throw new JsonException($"found {bytes.Length} bytes, expected whole float32 values.");
        }
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }
        return values;
    }

    public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options)
    {
        var bytes = new byte[value.Length * sizeof(float)];
        for (var i = 0; i < value.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value[i]);
        }
        writer.WriteBase64StringValue(bytes);
    }
}
