using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Temper.Numerics;

/// <summary>Splits work over the threads libtorch works with.</summary>
/// <remarks>
/// Between two operations of libtorch the threads of its OpenMP team wait for the next one without giving up their cores, so other
/// threads would get half a core each and nothing be gained. The team takes work by the entry that compiled programs use. Where
/// libtorch runs on another library than GNU's, the work is done by the caller alone.
/// </remarks>
internal static class ThreadTeam
{
    private static readonly Native? Gnu = Find();
    private static readonly Member Entry = OnMember;

    // One team at a time: the entry is called by the thread that computes, and the work is handed on here.
    private static readonly Lock Gate = new();
    private static Action<int, int>? _work;
    private static Exception? _failure;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Member(nint data);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Parallel(Member member, nint data, uint threads, uint flags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Number();

    /// <summary>Runs work on the threads of the team.</summary>
    /// <param name="shares">Into how many shares the work is worth cutting; below 2 the caller does it alone.</param>
    /// <param name="work">Gets the thread's number and how many there are; it must not throw and touch no dispose scope.</param>
    public static void Run(long shares, Action<int, int> work)
    {
        var threads = Math.Min(shares, TorchSharp.torch.get_num_threads());
        // Work that hands on work does it alone: the team is taken, though by the same thread.
        if (threads < 2 || Gnu is null || Gate.IsHeldByCurrentThread || !Gate.TryEnter())
        {
            work(0, 1);
            return;
        }
        try
        {
            (_work, _failure) = (work, null);
            Gnu.Parallel(Entry, 0, (uint)threads, 0);
            if (_failure is not null)
            {
                throw new InvalidOperationException("Work on a thread of the team failed.", _failure);
            }
        }
        finally
        {
            _work = null;
            Gate.Exit();
        }
    }

    private static void OnMember(nint data)
    {
        try
        {
            _work!(Gnu!.ThreadNumber(), Gnu.Threads());
        }
        catch (Exception e)
        {
            // Nothing may unwind through native frames.
            _failure = e;
        }
    }

    private static Native? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        var module = Process
            .GetCurrentProcess()
            .Modules.Cast<ProcessModule>()
            .FirstOrDefault(m => m.ModuleName.StartsWith("libgomp", StringComparison.Ordinal));
        return
            module is not null
            && NativeLibrary.TryLoad(module.FileName, out var library)
            && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var parallel)
            && NativeLibrary.TryGetExport(library, "omp_get_thread_num", out var number)
            && NativeLibrary.TryGetExport(library, "omp_get_num_threads", out var threads)
            ? new(
                Marshal.GetDelegateForFunctionPointer<Parallel>(parallel),
                Marshal.GetDelegateForFunctionPointer<Number>(number),
                Marshal.GetDelegateForFunctionPointer<Number>(threads)
            )
            : null;
    }

    private sealed record Native(Parallel Parallel, Number ThreadNumber, Number Threads);
}
