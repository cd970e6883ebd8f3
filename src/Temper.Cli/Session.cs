using Spectre.Console;
using Temper.Numerics;

namespace Temper.Cli;

/// <summary>What every command works with.</summary>
/// <param name="Console">Where results go.</param>
/// <param name="Clock">Tells the time.</param>
/// <param name="Interrupted">Requested when the user interrupts.</param>
internal sealed record Session(IAnsiConsole Console, TimeProvider Clock, CancellationToken Interrupted)
{
    /// <summary>Prepares the process for libtorch and loads it; must come before any tensor is made.</summary>
    /// <param name="threads">The number of threads; 0 for the cores of this process.</param>
    /// <returns>The number of threads in use.</returns>
    public static int LoadNative(int threads)
    {
        var count = threads > 0 ? threads : NativeEnvironment.CpuCores;
        NativeEnvironment.Prepare(count);
        NativeLibraryCheck.EnsureLoads();
        TorchSharp.torch.set_num_threads(count);
        return count;
    }

    /// <summary>Writes a line as it is, without markup and without wrapping.</summary>
    public void Line(string text) => Console.Profile.Out.Writer.WriteLine(text);
}
