namespace Temper.Numerics;

/// <summary>Loads the native library.</summary>
public static class Libtorch
{
    /// <summary>Prepares the process for libtorch and loads it; call it once, before any tensor is made.</summary>
    /// <param name="threads">The threads of one tensor operation, part of the arithmetic; 0 for the cores of this process.</param>
    /// <returns>The number of threads in use.</returns>
    /// <exception cref="Errors.NativeLibraryException">It does not load here; the message says why and what to do.</exception>
    public static int Load(int threads = 0)
    {
        var count = threads > 0 ? threads : NativeEnvironment.CpuCores;
        NativeEnvironment.Prepare(count);
        NativeLibraryCheck.EnsureLoads();
        TorchSharp.torch.set_num_threads(count);
        return count;
    }
}
