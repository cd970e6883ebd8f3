using System.Buffers.Binary;

namespace Temper.Numerics;

/// <summary>A look at the headers of a shared library, before the dynamic linker maps it.</summary>
/// <remarks>
/// The linker does not compare the headers with the file's length: a file that was cut short, by a full disk or a broken
/// download, ends the process with a bus error instead of a message. Format: the System V ABI, chapter 4, 64 bits.
/// </remarks>
internal static class ElfFile
{
    private const int HeaderLength = 64;
    private const uint Load = 1;

    /// <summary>Says what is wrong with a 64-bit little-endian library file.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <returns>Null when the file is whole, else what was found.</returns>
    internal static string? Damage(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> header = stackalloc byte[HeaderLength];
            if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            {
                return $"the file has only {file.Length} bytes";
            }
            // Magic, 64 bits, little endian.
            if (!header.StartsWith("\u007fELF\u0002\u0001"u8))
            {
                return $"the file ({file.Length} bytes) is not a 64-bit Linux library";
            }
            var end = Math.Max(SectionsEnd(header), SegmentsEnd(file, header));
            return end > (ulong)file.Length
                ? $"the file is cut short: it has {file.Length} bytes and its headers speak of {end}"
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private static ulong SectionsEnd(ReadOnlySpan<byte> header)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header[58..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        return count == 0 ? 0 : Sum(offset, (ulong)size * count);
    }

    private static ulong SegmentsEnd(FileStream file, ReadOnlySpan<byte> header)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        var end = Sum(offset, (ulong)size * count);
        // An entry of 64 bits has 56 bytes; anything else the linker itself refuses.
        if (end > (ulong)file.Length || size != 56)
        {
            return end;
        }
        file.Position = (long)offset;
        Span<byte> entry = stackalloc byte[56];
        for (var i = 0; i < count; i++)
        {
            file.ReadExactly(entry);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) == Load)
            {
                var start = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
                end = Math.Max(end, Sum(start, BinaryPrimitives.ReadUInt64LittleEndian(entry[32..])));
            }
        }
        return end;
    }

    private static ulong Sum(ulong a, ulong b) => a > ulong.MaxValue - b ? ulong.MaxValue : a + b;
}
