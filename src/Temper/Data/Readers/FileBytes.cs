using System.IO.Compression;
using Temper.Errors;

namespace Temper.Data.Readers;

/// <summary>Whole files, as they are or unpacked.</summary>
internal static class FileBytes
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}).", e);
        }
    }

    /// <summary>Unpacks gzip; at most one byte more than expected, so that a file cannot claim the memory.</summary>
    /// <exception cref="InvalidDataException">It begins as gzip and is not.</exception>
    public static byte[] Unpacked(byte[] bytes, int expected)
    {
        if (bytes is not [0x1F, 0x8B, ..])
        {
            return bytes;
        }
        using var gzip = new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
        // What unpacks as expected is not copied: a training set is large.
        var content = new byte[expected];
        var length = gzip.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (length < expected)
        {
            return content[..length];
        }
        return gzip.ReadByte() is var next and >= 0 ? [.. content, (byte)next] : content;
    }
}
