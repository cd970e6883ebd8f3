using System.Runtime.InteropServices;

namespace Temper.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a request to stop after the step; a second one ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        // Cancelling the signal keeps the process alive until the step is done; the second time it goes its way.
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
