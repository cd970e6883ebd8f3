using Temper.Errors;

namespace Temper.Numerics;

/// <summary>Settings that native code reads once, when libtorch is loaded.</summary>
/// <remarks>
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> changes only the runtime's own copy of the environment,
/// so the C library's functions are called. Whatever the user has set is left as it is.
/// </remarks>
public static class NativeEnvironment
{
    private const int Gigabyte = 1 << 30;

    // glibc before 2.35 refuses to serve greater blocks from the heap.
    private const int OldLimit = 32 << 20;

    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal);

    /// <summary>Gets the cores available to this process; its affinity and its control group are respected.</summary>
    public static int CpuCores => Environment.ProcessorCount;

    /// <summary>
    /// Fixes the number of threads of OpenMP and MKL and keeps freed memory in the process. Call it once, before anything of
    /// torch is touched, and <c>torch.set_num_threads</c> after. On systems other than Linux it does nothing.
    /// </summary>
    /// <param name="threads">The threads of one tensor operation, at least 1.</param>
    /// <returns>What was set and what was found set, for the manifest: results depend bitwise on the thread count.</returns>
    /// <exception cref="UsageException">The number of threads is below 1.</exception>
    public static NativeSettings Prepare(int threads)
    {
        if (threads < 1)
        {
            throw new UsageException($"{threads} threads were asked for: expected at least 1.");
        }
        if (!OperatingSystem.IsLinux())
        {
            return new NativeSettings(threads, BeforeLibtorch: true, []);
        }
        lock (Gate)
        {
            var before = !File.ReadAllText("/proc/self/maps").Contains("/libtorch_cpu.so", StringComparison.Ordinal);
            var settings = Apply(threads, Libc.GetVariable, Libc.SetVariable, Libc.SetAllocator, Own);
            return new NativeSettings(threads, before, settings);
        }
    }

    /// <summary>The rules of <see cref="Prepare"/>, with the C library as arguments.</summary>
    /// <param name="threads">The threads of one tensor operation.</param>
    /// <param name="get">Reads a variable.</param>
    /// <param name="set">Sets a variable; false when refused.</param>
    /// <param name="tune">Sets a parameter of the allocator; false when refused.</param>
    /// <param name="own">The variables set by an earlier call, which may be overwritten; grows.</param>
    /// <returns>The settings.</returns>
    internal static IReadOnlyList<NativeSetting> Apply(
        int threads,
        Func<string, string?> get,
        Func<string, string, bool> set,
        Func<int, int, bool> tune,
        HashSet<string> own
    )
    {
        var count = threads.ToString();
        return
        [
            Variable("OMP_NUM_THREADS", count),
            Variable("OMP_DYNAMIC", "FALSE"),
            Variable("MKL_NUM_THREADS", count),
            // MKL would otherwise use fewer threads where it sees fit, and the sums would come out differently.
            Variable("MKL_DYNAMIC", "FALSE"),
            // Freed blocks stay in the process: fetching fresh pages for every temporary tensor costs as much as the sums.
            Allocator("M_MMAP_THRESHOLD", Libc.MmapThreshold, [Gigabyte, OldLimit]),
            Allocator("M_TRIM_THRESHOLD", Libc.TrimThreshold, [Gigabyte]),
            // The heaps of other threads end at 64 MB; with one heap, large blocks are kept whichever thread asks.
            Allocator("M_ARENA_MAX", Libc.ArenaMax, [1]),
        ];

        NativeSetting Variable(string name, string value)
        {
            if (get(name) is { Length: > 0 } found && !own.Contains(name))
            {
                return new NativeSetting(name, found, NativeSettingOrigin.User);
            }
            if (!set(name, value))
            {
                return new NativeSetting(name, value, NativeSettingOrigin.Unavailable);
            }
            own.Add(name);
            return new NativeSetting(name, value, NativeSettingOrigin.Temper);
        }

        NativeSetting Allocator(string name, int parameter, int[] values)
        {
            // M_TRIM_THRESHOLD is MALLOC_TRIM_THRESHOLD_ in the environment, and glibc.malloc.trim_threshold as a tunable.
            var bare = name["M_".Length..];
            var variable = bare == "ARENA_MAX" ? "MALLOC_ARENA_MAX" : $"MALLOC_{bare}_";
            if (get(variable) is { Length: > 0 } found)
            {
                return new NativeSetting(name, found, NativeSettingOrigin.User);
            }
            var tunable = $"glibc.malloc.{bare.ToLowerInvariant()}=";
            var tuned = get("GLIBC_TUNABLES")
                ?.Split(':')
                .LastOrDefault(item => item.StartsWith(tunable, StringComparison.Ordinal));
            if (tuned is not null)
            {
                return new NativeSetting(name, tuned[tunable.Length..], NativeSettingOrigin.User);
            }
            foreach (var value in values)
            {
                if (tune(parameter, value))
                {
                    return new NativeSetting(name, value.ToString(), NativeSettingOrigin.Temper);
                }
            }
            return new NativeSetting(name, values[0].ToString(), NativeSettingOrigin.Unavailable);
        }
    }
}
