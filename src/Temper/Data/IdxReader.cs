using System.Buffers.Binary;
using System.IO.Compression;
using Temper.Errors;

namespace Temper.Data;

/// <summary>Reads IDX files, plain or gzipped, strictly: exact magic, exact size, nothing after.</summary>
public static class IdxReader
{
    private const uint ImagesMagic = 0x00000803;
    private const uint LabelsMagic = 0x00000801;
    private const int ImagesHeader = 16;
    private const int LabelsHeader = 8;

    // Deflate cannot shrink data by more than about this factor, so a larger claim is a lie.
    private const long MostExpansion = 1032;

    /// <summary>Reads images.</summary>
    /// <param name="bytes">The whole file, gzipped or not.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It is not a well-formed IDX file of images.</exception>
    public static IdxImages ReadImages(ReadOnlySpan<byte> bytes, string name)
    {
        var header = Start(bytes, ImagesHeader, ImagesMagic, "images", name);
        var (count, rows, columns) = (Word(header, 4), Word(header, 8), Word(header, 12));
        if (rows is 0 or > 65536 || columns is 0 or > 65536)
        {
            throw new DataException(
                $"{name}: the header says {count} images of {rows} × {columns}, expected sides from 1 to 65536."
            );
        }
        var pixels = Body(bytes, ImagesHeader, (ulong)count * rows * columns, name);
        return new((int)count, (int)rows, (int)columns, pixels);
    }

    /// <summary>Reads labels.</summary>
    /// <param name="bytes">The whole file, gzipped or not.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">It is not a well-formed IDX file of labels.</exception>
    public static byte[] ReadLabels(ReadOnlySpan<byte> bytes, string name)
    {
        var header = Start(bytes, LabelsHeader, LabelsMagic, "labels", name);
        return Body(bytes, LabelsHeader, Word(header, 4), name);
    }

    private static uint Word(byte[] header, int at) => BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(at));

    private static byte[] Start(ReadOnlySpan<byte> bytes, int size, uint magic, string what, string name)
    {
        var header = Unpack(bytes, size, name);
        if (header.Length < size)
        {
            throw new DataException(
                $"{name}: found {header.Length} bytes, expected a header of {size} bytes (IDX {what})."
            );
        }
        var found = Word(header, 0);
        return found == magic
            ? header
            : throw new DataException($"{name}: found magic number 0x{found:X8}, expected 0x{magic:X8} (IDX {what}).");
    }

    private static byte[] Body(ReadOnlySpan<byte> bytes, int header, ulong size, string name)
    {
        // Checked before anything of that size is allocated.
        var most = Gzipped(bytes) ? (ulong)bytes.Length * MostExpansion : (ulong)bytes.Length;
        if (size > most || size > int.MaxValue - 1024)
        {
            throw new DataException(
                $"{name}: the header announces {size} bytes of data, more than a file of {bytes.Length} bytes can hold; cut short?"
            );
        }
        var all = Unpack(bytes, header + (int)size + 1, name);
        return all.Length == header + (int)size
            ? all[header..]
            : throw new DataException(
                all.Length > header + (int)size
                    ? $"{name}: the file goes on after the {size} bytes of data its header announces."
                    : $"{name}: found {all.Length - header} bytes of data, expected {size}; the file is cut short."
            );
    }

    private static bool Gzipped(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;

    /// <summary>The first bytes of the content, at most <paramref name="most"/>.</summary>
    private static byte[] Unpack(ReadOnlySpan<byte> bytes, int most, string name)
    {
        if (!Gzipped(bytes))
        {
            return bytes[..Math.Min(most, bytes.Length)].ToArray();
        }
        try
        {
            using var packed = new MemoryStream(bytes.ToArray(), writable: false);
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            var result = new byte[most];
            var length = gzip.ReadAtLeast(result, most, throwOnEndOfStream: false);
            return length == most ? result : result[..length];
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{name}: the gzip stream is damaged ({e.Message}).", e);
        }
    }
}
