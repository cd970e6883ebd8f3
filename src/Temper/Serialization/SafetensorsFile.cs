using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>A safetensors file: a length, a JSON header, raw bytes. Nothing in it is ever executed.</summary>
/// <remarks>
/// Strict: known types, sizes that follow from shapes, ranges that cover the data without hole or overlap. Files of the
/// Python library are read, and Python reads files written here.
/// </remarks>
/// <param name="entries">The tensors, in file order.</param>
/// <param name="metadata">Free text by key.</param>
public sealed class SafetensorsFile(
    IReadOnlyList<SafetensorsEntry> entries,
    IReadOnlyDictionary<string, string> metadata
)
{
    private const int LengthBytes = 8;
    private const int MostHeaderBytes = 100_000_000;
    private const string MetadataKey = "__metadata__";

    /// <summary>Gets the tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => entries;

    /// <summary>Gets the free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It cannot be read or is not a well-formed safetensors file.</exception>
    public static SafetensorsFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}).", e);
        }
    }

    /// <summary>Reads a file's bytes; the entries point into them.</summary>
    /// <param name="bytes">The bytes of the whole file.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It is not a well-formed safetensors file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        if (bytes.Length < LengthBytes)
        {
            throw new DataException($"{name}: found {bytes.Length} bytes, expected at least 8 of a safetensors file.");
        }
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (length is < 2 or > MostHeaderBytes || length > (ulong)(bytes.Length - LengthBytes))
        {
            throw new DataException(
                $"{name}: the header is said to have {length} bytes, the file has {bytes.Length}; not a safetensors file, or cut short."
            );
        }
        var header = bytes.Slice(LengthBytes, (int)length);
        try
        {
            return Build(
                SafetensorsHeader.Parse(header.Span, MetadataKey, name),
                bytes[(LengthBytes + (int)length)..],
                name
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new DataException($"{name}: the header is not the JSON of a safetensors file ({e.Message}).", e);
        }
    }

    /// <summary>Writes the file, replacing an existing one atomically; equal content gives equal bytes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RunFailedException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, WriteTo);

    /// <summary>Writes the file to a stream.</summary>
    /// <param name="stream">The stream.</param>
    public void WriteTo(Stream stream)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata)
                {
                    json.WriteString(key, value);
                }
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.DType);
                json.WriteStartArray("shape");
                foreach (var side in entry.Shape)
                {
                    json.WriteNumberValue(side);
                }
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset + entry.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
                offset += entry.Data.Length;
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of eight, so that the data is aligned.
        var padding = (8 - (int)(buffer.Length % 8)) % 8;
        buffer.Write(Encoding.ASCII.GetBytes(new string(' ', padding)));
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, buffer.Length);
        stream.Write(length);
        buffer.WriteTo(stream);
        foreach (var entry in entries)
        {
            stream.Write(entry.Data.Span);
        }
    }

    private static SafetensorsFile Build(SafetensorsHeader header, ReadOnlyMemory<byte> data, string name)
    {
        long end = 0;
        var entries = new List<SafetensorsEntry>(header.Tensors.Count);
        foreach (var t in header.Tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            var size = SafetensorsHeader.Size(t, name);
            if (t.Begin != end || t.End < t.Begin || t.End > data.Length || t.End - t.Begin != size)
            {
                throw new DataException(
                    $"{name}: tensor '{t.Name}' lies at {t.Begin} to {t.End}, expected {end} to {end + size} within {data.Length} bytes of data."
                );
            }
            end = t.End;
            entries.Add(new(t.Name, t.DType, t.Shape, data.Slice((int)t.Begin, (int)size)));
        }
        return end == data.Length
            ? new(entries, header.Metadata)
            : throw new DataException(
                $"{name}: the tensors cover {end} bytes, the file holds {data.Length} bytes of data."
            );
    }
}
