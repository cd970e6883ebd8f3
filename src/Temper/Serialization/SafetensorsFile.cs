using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>A safetensors file: a length, a JSON header, raw bytes. Nothing in it is ever executed.</summary>
/// <remarks>
/// Strict: known types, sizes that follow from shapes, ranges that cover the data without hole or overlap, no name
/// twice. Files of the Python library are read, and Python reads files written here. Reading takes memory in proportion
/// to the file's length, whatever the file says about itself. Files of 2 GiB or more are not read.
/// </remarks>
public sealed class SafetensorsFile
{
    private const int LengthBytes = 8;

    // The limit of the reference implementation.
    private const int MostHeaderBytes = 100_000_000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Creates a file's content in memory.</summary>
    /// <param name="entries">The tensors, in file order; their bytes are borrowed, not copied.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <exception cref="DataException">A name is double, reserved or not text, or bytes do not fit type and shape.</exception>
    public SafetensorsFile(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
        : this(entries, metadata, "safetensors") { }

    private SafetensorsFile(
        IReadOnlyList<SafetensorsEntry> entries,
        IReadOnlyDictionary<string, string> metadata,
        string file
    )
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        foreach (var (name, dtype, shape, data) in entries)
        {
            if (!names.Add(name))
            {
                throw new DataException(
                    $"{file}: the tensor name {SafetensorsHeader.Quoted(name)} is taken; expected each name once."
                );
            }
            RequireText(name, file);
            var size = SafetensorsHeader.Size(name, dtype, shape, file);
            if (size != data.Length)
            {
                throw new DataException(
                    $"{file}: tensor {SafetensorsHeader.Quoted(name)} has {data.Length} bytes, expected {size} for {dtype} ({string.Join(", ", shape)})."
                );
            }
        }
        foreach (var (key, value) in metadata)
        {
            RequireText(key, file);
            RequireText(value, file);
        }
        (Entries, Metadata) = ([.. entries], metadata);
    }

    /// <summary>Gets the tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Gets the free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It cannot be read or is not a well-formed safetensors file.</exception>
    public static SafetensorsFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}).", e);
        }
        return Read(bytes, path);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream, borrowed.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It cannot be read or is not a well-formed safetensors file.</exception>
    public static SafetensorsFile Read(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        try
        {
            stream.CopyTo(bytes);
        }
        catch (IOException e)
        {
            throw new DataException($"{name}: cannot be read ({e.Message}).", e);
        }
        return Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), name);
    }

    /// <summary>Reads a file's bytes; the entries point into them.</summary>
    /// <param name="bytes">The bytes of the whole file.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It is not a well-formed safetensors file.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes, string name)
    {
        if (bytes.Length < LengthBytes)
        {
            throw new DataException(
                $"{name}: found {bytes.Length} bytes, expected at least {LengthBytes} of a safetensors file."
            );
        }
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (length is < 2 or > MostHeaderBytes || length > (ulong)(bytes.Length - LengthBytes))
        {
            throw new DataException(
                $"{name}: the header is said to have {length} bytes in a file of {bytes.Length}, expected 2 to {Math.Min(MostHeaderBytes, bytes.Length - LengthBytes)}; not a safetensors file, or cut short."
            );
        }
        var header = SafetensorsHeader.Parse(bytes.Span.Slice(LengthBytes, (int)length), name);
        return Build(header, bytes[(LengthBytes + (int)length)..], name);
    }

    /// <summary>Writes the file, replacing an existing one atomically; equal content gives equal bytes.</summary>
    /// <remarks>Tensors keep their order, metadata is sorted by key, data begins at a multiple of 8 bytes.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="RunFailedException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, WriteTo);

    /// <summary>Writes the file to a stream.</summary>
    /// <param name="stream">The stream, borrowed.</param>
    /// <exception cref="DataException">The names and metadata are too long for a safetensors header.</exception>
    public void WriteTo(Stream stream)
    {
        using var header = Header();
        if (header.Length > MostHeaderBytes)
        {
            throw new DataException(
                $"safetensors: the header would have {header.Length} bytes, expected at most {MostHeaderBytes}."
            );
        }
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (var entry in Entries)
        {
            stream.Write(entry.Data.Span);
        }
    }

    private static SafetensorsFile Build(SafetensorsHeader header, ReadOnlyMemory<byte> data, string name)
    {
        long end = 0;
        var entries = new List<SafetensorsEntry>(header.Tensors.Count);
        // The header may list tensors in any order; the data has only one.
        foreach (var t in header.Tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            var size = SafetensorsHeader.Size(t.Name, t.DType, t.Shape, name);
            if (t.Begin != end || t.End < t.Begin || t.End > data.Length || t.End - t.Begin != size)
            {
                throw new DataException(
                    $"{name}: tensor {SafetensorsHeader.Quoted(t.Name)} lies at {t.Begin} to {t.End}, expected {size} bytes from {end} on, within {data.Length} bytes of data; damaged or cut short."
                );
            }
            end = t.End;
            entries.Add(new(t.Name, t.DType, t.Shape, data.Slice((int)t.Begin, (int)size)));
        }
        return end == data.Length
            ? new(entries, header.Metadata, name)
            : throw new DataException(
                $"{name}: found {data.Length} bytes of data, expected {end}, the sum of all tensors."
            );
    }

    private MemoryStream Header()
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, value) in Metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.DType);
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset + entry.Data.Length]);
                json.WriteEndObject();
                offset += entry.Data.Length;
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of eight, so that the data is aligned.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }
        return buffer;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }
        json.WriteEndArray();
    }

    // Half a surrogate pair would be written as another character, and two names could become one.
    private static void RequireText(string text, string file)
    {
        try
        {
            _ = Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new DataException(
                $"{file}: {SafetensorsHeader.Quoted(text)} holds half a surrogate pair, expected well-formed text.",
                e
            );
        }
    }
}
