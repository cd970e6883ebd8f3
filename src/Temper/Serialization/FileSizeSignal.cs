using System.Runtime.InteropServices;

namespace Temper.Serialization;

/// <summary>Keeps a file-size limit (<c>ulimit -f</c>) from killing the process.</summary>
/// <remarks>
/// Unix sends SIGXFSZ when a write goes over the limit, and its default is to end the process, half-written file and
/// all. With the signal handled the write fails with an error instead, which can be cleaned up after and explained.
/// </remarks>
internal static class FileSizeSignal
{
    // The same number on Linux and macOS; the enumeration of the runtime does not name it but takes raw numbers.
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    // Held for the life of the process: handlers run late, and one that is gone by then means the default, death.
    private static readonly PosixSignalRegistration? Registration = Register();

    /// <summary>Turns the signal into an error of the write; calling it again does nothing.</summary>
    public static void TurnIntoError() => GC.KeepAlive(Registration);

    private static PosixSignalRegistration? Register()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }
        try
        {
            return PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true);
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            // Without a handler all works as before, only the message at the limit is lost.
            return null;
        }
    }
}
