using System.Buffers.Binary;
using Temper.Errors;

namespace Temper.Data.Readers;

/// <summary>Reads the binary layout of CIFAR-10, and the same images as JPEG files in one pack.</summary>
/// <remarks>
/// Binary: records of one label byte and 3,072 bytes, planes red, green, blue of 32 × 32 (Krizhevsky 2009). Packed:
/// <c>CIFJPG1\n</c>, uint32 count, then records of uint8 label, uint16 length and a JPEG file; little-endian. Nothing may follow.
/// </remarks>
public static class CifarReader
{
    /// <summary>The height and width of an image.</summary>
    public const int Side = 32;

    private const int Plane = Side * Side;
    internal const int Values = 3 * Plane;
    internal const int Record = 1 + Values;
    private const int PackHeader = 12;
    private const int LeastPacked = 3;

    /// <summary>Reads the binary layout.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="classes">The number of classes; labels lie below it.</param>
    /// <returns>Pixels, N × 3 × 32 × 32 bytes, and N labels.</returns>
    /// <exception cref="DataException">It is not a whole number of records, holds none, or a label is out of range.</exception>
    public static (byte[] Pixels, int[] Labels) ReadBinary(ReadOnlySpan<byte> bytes, string name, int classes = 10)
    {
        if (bytes.Length == 0 || bytes.Length % Record != 0)
        {
            throw new DataException(
                $"{name}: found {bytes.Length} bytes, expected a multiple of {Record}, one label and {Values} pixels for each image."
            );
        }
        var count = bytes.Length / Record;
        var pixels = new byte[count * Values];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            var record = bytes.Slice(i * Record, Record);
            labels[i] = Label(record[0], i, name, classes);
            record[1..].CopyTo(pixels.AsSpan(i * Values));
        }
        return (pixels, labels);
    }

    /// <summary>Reads the packed layout; images are decoded on all cores.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="classes">The number of classes; labels lie below it.</param>
    /// <returns>Pixels, N × 3 × 32 × 32 bytes, and N labels.</returns>
    /// <exception cref="DataException">The file is cut short or goes on, or an image is damaged or of another size.</exception>
    public static (byte[] Pixels, int[] Labels) ReadPacked(byte[] bytes, string name, int classes = 10)
    {
        if (!bytes.AsSpan().StartsWith("CIFJPG1\n"u8) || bytes.Length < PackHeader)
        {
            throw new DataException($"{name}: expected a pack of JPEG images, which begins with CIFJPG1 and a count.");
        }
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        // The smallest record bounds the memory that a header can ask for.
        if (count == 0 || count > (bytes.Length - PackHeader) / LeastPacked)
        {
            throw new DataException(
                $"{name}: the header says {count} images, expected at least one and no more than {bytes.Length} bytes hold."
            );
        }
        var (starts, labels) = Records(bytes, (int)count, name, classes);
        var pixels = new byte[count * (long)Values];
        FirstProblem.InParallel(
            (int)count,
            i =>
            {
                var file = bytes[starts[i]..(starts[i] + Length(bytes, starts[i]))];
                var picture = PictureFile.Decode(file, $"{name}, image {i}", 3);
                if (picture.Width != Side || picture.Height != Side)
                {
                    throw new DataException(
                        $"{name}: image {i} is {picture.Width} × {picture.Height}, expected {Side} × {Side}."
                    );
                }
                picture.CopyPlanes(pixels.AsSpan(i * Values, Values));
            }
        );
        return (pixels, labels);
    }

    private static (int[] Starts, int[] Labels) Records(byte[] bytes, int count, string name, int classes)
    {
        var (starts, labels) = (new int[count], new int[count]);
        var at = PackHeader;
        for (var i = 0; i < count; i++)
        {
            if (bytes.Length - at < LeastPacked || bytes.Length - at - LeastPacked < Length(bytes, at + LeastPacked))
            {
                throw new DataException($"{name}: the file ends within image {i} of {count}.");
            }
            labels[i] = Label(bytes[at], i, name, classes);
            starts[i] = at + LeastPacked;
            at = starts[i] + Length(bytes, starts[i]);
        }
        return at == bytes.Length
            ? (starts, labels)
            : throw new DataException($"{name}: found {bytes.Length - at} bytes after the last of {count} images.");
    }

    /// <summary>The length that stands in the two bytes before a JPEG file.</summary>
    private static int Length(byte[] bytes, int start) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(start - 2, 2));

    private static int Label(byte label, int image, string name, int classes) =>
        label < classes
            ? label
            : throw new DataException($"{name}: image {image} has label {label}, expected 0 to {classes - 1}.");
}
