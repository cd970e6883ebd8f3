using System.Buffers.Binary;
using StbImageSharp;
using Temper.Errors;

namespace Temper.Data.Readers;

/// <summary>Decodes PNG and JPEG files. What a file claims is held against its length before the decoder sees it.</summary>
/// <remarks>An alpha channel is dropped, 16-bit channels keep their upper byte, and an orientation in EXIF is not applied.</remarks>
internal static class PictureFile
{
    private const long MostPixels = 1L << 26;

    // Deflate shrinks by at most 1032, and a pixel has at least one bit.
    private const long MostPixelsPerPngByte = 1032 * 8;

    // Each block of 8 × 8 pixels has at least one bit for its mean.
    private const long MostPixelsPerJpegByte = 8 * 64;

    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    /// <summary>Decodes a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="channels">1 for grey, 3 for red, green, blue.</param>
    /// <exception cref="DataException">It is neither PNG nor JPEG, is damaged, or claims more than it can hold.</exception>
    public static Picture Decode(byte[] bytes, string name, int channels)
    {
        var (width, height) = Size(bytes, name);
        ImageResult image;
        try
        {
            var form = channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue;
            image = ImageResult.FromMemory(bytes, form);
        }
#pragma warning disable CA1031 // The decoder declares no exceptions of its own; a damaged file surfaces as whatever it ran into.
        catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            throw new DataException($"{name}: the image is damaged ({Excerpt.Clean(e.Message)}).", e);
        }
        return image.Width == width && image.Height == height && image.Data.Length == (long)width * height * channels
            ? new(width, height, channels, image.Data)
            : throw new DataException($"{name}: the image is damaged, its header and content disagree.");
    }

    private static (int Width, int Height) Size(byte[] bytes, string name)
    {
        var (size, perByte) =
            bytes.AsSpan().StartsWith(stackalloc byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A })
                ? (PngSize(bytes), MostPixelsPerPngByte)
            : bytes is [0xFF, 0xD8, ..] ? (JpegSize(bytes), MostPixelsPerJpegByte)
            : throw new DataException($"{name}: found neither a PNG nor a JPEG image.");
        if (size is not var (width, height))
        {
            throw new DataException($"{name}: the image is damaged, it is cut short or has no header.");
        }
        var pixels = (long)width * height;
        return width > 0 && height > 0 && pixels <= MostPixels && pixels <= bytes.Length * perByte
            ? (width, height)
            : throw new DataException(
                $"{name}: the header says {width} × {height} pixels, expected sides from 1, at most {MostPixels} pixels, and no more than {bytes.Length} bytes can hold."
            );
    }

    /// <summary>The size, once every chunk is seen to lie within the file: the decoder allocates what a chunk claims.</summary>
    private static (int Width, int Height)? PngSize(ReadOnlySpan<byte> bytes)
    {
        const int Signature = 8;
        const int Around = 12;
        (int, int)? size = null;
        for (var at = Signature; at + Around <= bytes.Length; )
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - Around)
            {
                return null;
            }
            var type = bytes.Slice(at + 4, 4);
            if (at == Signature)
            {
                if (!type.SequenceEqual("IHDR"u8) || length < 8)
                {
                    return null;
                }
                size = (
                    BinaryPrimitives.ReadInt32BigEndian(bytes[(at + 8)..]),
                    BinaryPrimitives.ReadInt32BigEndian(bytes[(at + 12)..])
                );
            }
            if (type.SequenceEqual("IEND"u8))
            {
                return size;
            }
            at += Around + (int)length;
        }
        return null;
    }

    /// <summary>The size in the frame header, and null when there is none before the first scan, or more than one.</summary>
    private static (int Width, int Height)? JpegSize(ReadOnlySpan<byte> bytes)
    {
        const int FrameHeader = 7;
        (int, int)? size = null;
        for (var at = 2; at + 4 <= bytes.Length; )
        {
            if (bytes[at] != 0xFF)
            {
                return null;
            }
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (length < 2 || length > bytes.Length - at - 2)
            {
                return null;
            }
            if (marker is 0xC0 or 0xC1 or 0xC2)
            {
                if (length < FrameHeader || size is not null)
                {
                    return null;
                }
                size = (
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..])
                );
            }
            if (marker == 0xDA)
            {
                // The decoder fills up what is cut off; within a scan the end marker cannot occur.
                return bytes[at..].IndexOf(EndOfImage) >= 0 ? size : null;
            }
            at += 2 + length;
        }
        return null;
    }
}
