using System.Runtime.InteropServices;

namespace Temper.Numerics;

/// <summary>The few functions of the C library that .NET does not reach. Linux only.</summary>
internal static partial class Libc
{
    /// <summary>Parameter of <c>mallopt</c>: free memory at the top of the heap beyond this goes back to the kernel.</summary>
    internal const int TrimThreshold = -1;

    /// <summary>Parameter of <c>mallopt</c>: blocks from this size on are mapped, and unmapped when freed.</summary>
    internal const int MmapThreshold = -3;

    /// <summary>Parameter of <c>mallopt</c>: the greatest number of separate heaps.</summary>
    internal const int ArenaMax = -8;

    private const int Lazy = 1;
    private const int Now = 2;

    /// <summary>Reads a variable as native code sees it.</summary>
    /// <param name="name">The variable.</param>
    /// <returns>Its value, or null when it is not set.</returns>
    internal static string? GetVariable(string name) => Marshal.PtrToStringUTF8(GetEnv(name));

    /// <summary>Sets a variable for native code that reads it later.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its new value.</param>
    /// <returns>Whether the C library accepted it.</returns>
    internal static bool SetVariable(string name, string value) => SetEnv(name, value, 1) == 0;

    /// <summary>Sets a parameter of the allocator.</summary>
    /// <param name="parameter">One of the constants above.</param>
    /// <param name="value">Bytes, or a count.</param>
    /// <returns>Whether the allocator knows the parameter and accepted the value.</returns>
    internal static bool SetAllocator(int parameter, int value)
    {
        try
        {
            return MallOpt(parameter, value) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such function.
            return false;
        }
    }

    /// <summary>Hands freed memory back to the system, however much of it the allocator was told to keep.</summary>
    internal static void ReleaseFreed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such function.
        }
    }

    /// <summary>Loads a library and keeps it loaded.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="bindNow">Whether every function it needs must be found at once, as under LD_BIND_NOW.</param>
    /// <returns>Null when it loaded, else what the dynamic linker says.</returns>
    internal static string? Load(string path, bool bindNow)
    {
        // The first call of DlError makes the runtime look it up, which itself resets the error.
        DlError();
        return DlOpen(path, bindNow ? Now : Lazy) != 0
            ? null
            : Marshal.PtrToStringUTF8(DlError()) ?? "the dynamic linker gave no reason";
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    // Until glibc 2.34 these two are not in libc itself; from then on libdl only forwards to it.
    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlOpen(string path, int flags);

    [LibraryImport("libdl.so.2", EntryPoint = "dlerror")]
    private static partial nint DlError();
}
