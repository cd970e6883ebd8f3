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
    // errno values, the same on Linux and macOS; the runtime puts them into HResult.
    private const int DeviceIo = 5;
    private const int IsFolder = 21;
    private const int FileTooLarge = 27;
    private const int NoSpace = 28;
    private const int ReadOnlyFiles = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;

    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            // The user knows the file by its own name only.
            var reason = e.Message.Replace(temporary, full, StringComparison.Ordinal).TrimEnd('.');
            throw new RunFailedException($"{path}: cannot be written: {reason}. {Advice(e)}", e);
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

    /// <summary>What to do about a file that cannot be written.</summary>
    internal static string Advice(Exception e) =>
        e switch
        {
            UnauthorizedAccessException => "The permission to write there is missing: choose another folder.",
            PathTooLongException => "Choose a shorter name.",
            DirectoryNotFoundException or FileNotFoundException =>
                "The folder does not exist, or a part of the path is a file: make the folder first, or choose another.",
            _ => e.HResult switch
            {
                NoSpace or QuotaLinux or QuotaMac or DiskFullWindows or HandleDiskFullWindows =>
                    "The disk or the quota is full: free some space, or choose another disk.",
                FileTooLarge =>
                    "The file is larger than the file-size limit (ulimit -f) or the file system allows: raise the limit.",
                ReadOnlyFiles => "The file system is read-only: choose another folder.",
                IsFolder => "A folder of that name is in the way: remove it, or choose another name.",
                DeviceIo => "The disk reports a fault: check it.",
                _ => "Check that the folder exists, may be written to, and that the disk is not full.",
            },
        };

    // Renaming over a device would replace the device itself, for everyone on the machine.
    private static bool IsDevice(string full) =>
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
