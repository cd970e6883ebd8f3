using System.Runtime.InteropServices;

namespace Temper.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a request to stop after the step; a second one ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    // SIGXFSZ on Linux and macOS: a file would outgrow the limit of the process (ulimit -f).
    private const PosixSignal FileSize = (PosixSignal)25;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _fileSize;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        // Left to itself the signal ends the process; without it the write fails and says so like a full disk.
        _fileSize = PosixSignalRegistration.Create(FileSize, context => context.Cancel = true);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _fileSize.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        // Cancelling the signal keeps the process alive until the step is done; the second time it goes its way.
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
