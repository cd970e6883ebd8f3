using System.Runtime.InteropServices;

namespace Temper.Serialization;

/// <summary>Keeps a file-size limit (<c>ulimit -f</c>) from killing the process.</summary>
/// <remarks>
/// Unix sends SIGXFSZ when a write goes over the limit, and its default is to end the process, half-written file and
/// all. With the signal ignored the write fails with an error instead, which can be cleaned up after and explained.
/// </remarks>
internal static partial class FileSizeSignal
{
    // SIGXFSZ, the same number on Linux and macOS, and SIG_IGN.
    private const int FileSizeExceeded = 25;
    private const nint Ignore = 1;

    /// <summary>Turns the signal into an error of the write; calling it again does nothing.</summary>
    public static void TurnIntoError()
    {
        if (!OperatingSystem.IsWindows())
        {
            Signal(FileSizeExceeded, Ignore);
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int number, nint handler);
}
