using System.Text;
using Temper.Errors;

namespace Temper.Serialization;

/// <summary>Writes whole files or nothing: a temporary file in the same folder, flushed to disk, then renamed.</summary>
/// <remarks>
/// The temporary file is called <c>.name.(random).tmp</c>. It is removed when anything fails; only a process that is
/// killed leaves one behind, and nothing reads it.
/// </remarks>
public static class AtomicFile
{
    /// <summary>Writes a file from a callback; an existing file stays intact until the new one is complete.</summary>
    /// <param name="path">The file to make or replace. A symbolic link is replaced, not followed.</param>
    /// <param name="write">Writes the content to the stream it is given; what it throws leaves no file behind.</param>
    /// <exception cref="RunFailedException">The folder or disk refuses the file; names the path and what to do.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        FileSizeSignal.TurnIntoError();
        var full = Path.GetFullPath(path);
        if (IsDevice(full))
        {
            throw new RunFailedException(
                $"{path}: cannot be written: it is a device, and writing would replace the device by a file. Name an ordinary file."
            );
        }
        var temporary = Path.Combine(
            Path.GetDirectoryName(full) ?? full,
            $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp"
        );
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            Remove(temporary);
            // The user knows the file by its own name only.
            var reason = WriteFailure.Explain(e).Replace(temporary, full, StringComparison.Ordinal);
            throw new RunFailedException($"{path}: cannot be written: {reason}", e);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark; line ends stay as they are.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="RunFailedException">The folder or disk refuses the file; names the path and what to do.</exception>
    public static void WriteText(string path, string text) => WriteBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes bytes.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="bytes">The content.</param>
    /// <exception cref="RunFailedException">The folder or disk refuses the file; names the path and what to do.</exception>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) =>
        Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Whether a path names a device: renaming over it would replace the device itself, for everyone on the machine.</summary>
    internal static bool IsDevice(string full) =>
        full.StartsWith("/dev/", StringComparison.Ordinal)
        && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)
        && File.Exists(full);

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one worth reporting.
        }
    }
}
