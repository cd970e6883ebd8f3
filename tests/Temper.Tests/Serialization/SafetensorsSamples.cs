using System.Buffers.Binary;
using System.Text;
using Temper.Serialization;

namespace Temper.Tests.Serialization;

/// <summary>Safetensors files as bytes, put together by hand.</summary>
internal static class SafetensorsSamples
{
    /// <summary>A file with this header text and as many data bytes, counting up.</summary>
    public static byte[] File(string header, int data) => File(Encoding.UTF8.GetBytes(header), data);

    /// <summary>A file with this header and as many data bytes, counting up.</summary>
    public static byte[] File(byte[] header, int data)
    {
        var bytes = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        for (var i = 0; i < data; i++)
        {
            bytes[8 + header.Length + i] = (byte)i;
        }
        return bytes;
    }

    /// <summary>The bytes that are written for entries and metadata.</summary>
    public static byte[] Written(SafetensorsFile file)
    {
        using var stream = new MemoryStream();
        file.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>Good files of different kinds.</summary>
    public static byte[][] Good() =>
        [
            File("{}", 0),
            File("""{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""", 24),
            File("""{"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}   """, 8),
            File(
                """{"__metadata__":{"k":"v"},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},"a":{"shape":[4],"dtype":"BF16","data_offsets":[0,8]},"e":{"dtype":"F64","shape":[0,9],"data_offsets":[8,8]}}""",
                11
            ),
        ];
}
