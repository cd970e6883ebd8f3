using System.Globalization;
using Temper.Numerics;

namespace Temper.Bench;

/// <summary>The memory of this process that lies in RAM; known on Linux only.</summary>
internal static class ResidentMemory
{
    private const string Status = "/proc/self/status";
    private const string Reset = "/proc/self/clear_refs";
    private const long Kilobyte = 1024;
    private const double Megabyte = 1 << 20;

    /// <summary>Resident bytes now; null where the system does not say.</summary>
    public static long? Now() => Field("VmRSS:");

    /// <summary>The most that lay in RAM while something ran, in MB above a level.</summary>
    /// <param name="level">Bytes, from <see cref="Now"/>.</param>
    /// <param name="work">What runs; it is run in any case.</param>
    /// <returns>Null where the system does not say.</returns>
    public static double? PeakAbove(long? level, Action work)
    {
        // What earlier rows freed stays with the allocator, and would be counted for this one.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Libc.ReleaseFreed();
        var starts = level is not null && Restart();
        work();
        return starts && Field("VmHWM:") is { } peak ? Math.Max(0, peak - level!.Value) / Megabyte : null;
    }

    /// <summary>Sets the kernel's high-water mark to what is resident now.</summary>
    private static bool Restart()
    {
        try
        {
            File.WriteAllText(Reset, "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? Field(string name)
    {
        try
        {
            var line = File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            return line is null
                ? null
                : Kilobyte * long.Parse(line[name.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
