using System.Buffers.Binary;
using System.IO.Compression;
using Temper.Data.Readers;
using Temper.Errors;

namespace Temper.Data;

/// <summary>Reads IDX files, plain or gzipped, strictly: exact magic, exact size, nothing after.</summary>
/// <remarks>
/// Gzip is known by its first two bytes, not by the file's name, and must be one member. Memory is bounded by the
/// file's length: a header that announces more than the file can hold is refused before anything is allocated.
/// </remarks>
public static class IdxReader
{
    private const uint ImagesMagic = 0x00000803;
    private const uint LabelsMagic = 0x00000801;
    private const int ImagesHeader = 16;
    private const int LabelsHeader = 8;
    private const int MostSide = 65536;

    // Deflate cannot shrink data by more than this factor, so a larger claim is a lie.
    private const ulong MostExpansion = 1032;

    // Ten bytes of head, at least no data, eight of tail: checksum and length.
    private const int LeastGzip = 18;

    /// <summary>Reads a file of images.</summary>
    /// <param name="path">The file, gzipped or not.</param>
    /// <returns>The images: Count × Rows × Columns bytes, 0 to 255.</returns>
    /// <exception cref="DataException">It cannot be read or is not a well-formed IDX file of images.</exception>
    public static IdxImages ReadImages(string path) => ReadImages(FileBytes.Read(path), path);

    /// <summary>Reads images from a stream, to its end.</summary>
    /// <param name="stream">The stream of the whole file, gzipped or not; borrowed.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It cannot be read or is not a well-formed IDX file of images.</exception>
    public static IdxImages ReadImages(Stream stream, string name) => ReadImages(Load(stream, name), name);

    /// <summary>Reads images from a file's bytes.</summary>
    /// <param name="bytes">The whole file, gzipped or not.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It is not a well-formed IDX file of images.</exception>
    public static IdxImages ReadImages(byte[] bytes, string name)
    {
        using var content = Open(bytes);
        Span<byte> header = stackalloc byte[ImagesHeader];
        ReadHeader(content, header, ImagesMagic, "images", name);
        var (count, rows, columns) = (Word(header, 4), Word(header, 8), Word(header, 12));
        if (count == 0 || rows is 0 or > MostSide || columns is 0 or > MostSide)
        {
            throw new DataException(
                $"{name}: the header says {count} images of {rows} × {columns}, expected at least one image and sides from 1 to {MostSide}."
            );
        }
        // At most 2^32 · 2^16 · 2^16, less one: it fits.
        var pixels = ReadBody(content, bytes, ImagesHeader, (ulong)count * rows * columns, name);
        return new((int)count, (int)rows, (int)columns, pixels);
    }

    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">The file, gzipped or not.</param>
    /// <returns>One byte per example.</returns>
    /// <exception cref="DataException">It cannot be read or is not a well-formed IDX file of labels.</exception>
    public static byte[] ReadLabels(string path) => ReadLabels(FileBytes.Read(path), path);

    /// <summary>Reads labels from a stream, to its end.</summary>
    /// <param name="stream">The stream of the whole file, gzipped or not; borrowed.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It cannot be read or is not a well-formed IDX file of labels.</exception>
    public static byte[] ReadLabels(Stream stream, string name) => ReadLabels(Load(stream, name), name);

    /// <summary>Reads labels from a file's bytes.</summary>
    /// <param name="bytes">The whole file, gzipped or not.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It is not a well-formed IDX file of labels.</exception>
    public static byte[] ReadLabels(byte[] bytes, string name)
    {
        using var content = Open(bytes);
        Span<byte> header = stackalloc byte[LabelsHeader];
        ReadHeader(content, header, LabelsMagic, "labels", name);
        var count = Word(header, 4);
        return count > 0
            ? ReadBody(content, bytes, LabelsHeader, count, name)
            : throw new DataException($"{name}: the header says 0 labels, expected at least one.");
    }

    private static uint Word(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt32BigEndian(header[at..]);

    private static bool IsGzip(byte[] bytes) => bytes is [0x1F, 0x8B, ..];

    private static Stream Open(byte[] bytes)
    {
        var plain = new MemoryStream(bytes, writable: false);
        return IsGzip(bytes) ? new GZipStream(plain, CompressionMode.Decompress) : plain;
    }

    private static byte[] Load(Stream stream, string name)
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
        return bytes.ToArray();
    }

    private static void ReadHeader(Stream content, Span<byte> header, uint magic, string what, string name)
    {
        var length = Fill(content, header, name);
        if (length < header.Length)
        {
            throw new DataException($"{name}: expected {header.Length} bytes of header (IDX {what}), found {length}.");
        }
        var found = Word(header, 0);
        if (found != magic)
        {
            throw new DataException($"{name}: expected magic number 0x{magic:X8} (IDX {what}), found 0x{found:X8}.");
        }
    }

    private static byte[] ReadBody(Stream content, byte[] file, int header, ulong size, string name)
    {
        var most = IsGzip(file) ? (ulong)file.Length * MostExpansion : (ulong)(file.Length - header);
        if (size > most || size > (ulong)Array.MaxLength)
        {
            throw new DataException(
                $"{name}: expected {size} bytes of data after the header, found {(IsGzip(file) ? "at most " : "")}{most}; the file is cut short or its header is wrong."
            );
        }
        var body = new byte[size];
        var length = Fill(content, body, name);
        if (length < body.Length)
        {
            throw new DataException(
                $"{name}: expected {size} bytes of data after the header, found {length}; the file is cut short."
            );
        }
        Span<byte> after = stackalloc byte[1];
        if (Fill(content, after, name) > 0)
        {
            throw new DataException($"{name}: expected {size} bytes of data after the header, found more.");
        }
        RequireWholeGzip(file, (uint)header + (uint)size, name);
        return body;
    }

    /// <summary>The decompressor neither misses a tail that is cut off nor minds bytes after it; the length in the last four bytes tells.</summary>
    private static void RequireWholeGzip(byte[] file, uint size, string name)
    {
        if (!IsGzip(file))
        {
            return;
        }
        var told = file.Length < LeastGzip ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(^4..));
        if (told != size)
        {
            throw new DataException(
                $"{name}: expected the gzip stream to end with its length {size}, found {told}; the file is cut short, or goes on after its end."
            );
        }
    }

    private static int Fill(Stream content, Span<byte> buffer, string name)
    {
        try
        {
            return content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // The runtime's own words, about the compression method, mislead.
            throw new DataException(
                $"{name}: the gzip stream is damaged: it is not gzip, or its checksum or length is another than its content has.",
                e
            );
        }
    }
}
