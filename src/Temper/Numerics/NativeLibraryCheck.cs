using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Temper.Errors;

namespace Temper.Numerics;

/// <summary>
/// Finds the two native libraries of torch, asks the dynamic linker itself whether they load, and says what to do when they
/// do not. Run <see cref="NativeEnvironment.Prepare"/> first: a successful check leaves libtorch loaded. Linux only.
/// </summary>
public static partial class NativeLibraryCheck
{
    private const string Torch = "libtorch_cpu.so";
    private const string Binding = "libLibTorchSharp.so";
    private const string Published = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";
    private const string Relaxed = "5968efac8270eff8a2b5ca7381612ea9cc54d81cf4104a54e0e6106b7b5f11e3";

    /// <summary>Describes the native libraries, for a person: what was found, whether it loads, what to do.</summary>
    /// <param name="folder">The folder of the libraries, or null for the one beside this program.</param>
    /// <returns>One fact per line; hints start with <c>hint:</c>, and there is none when all is well.</returns>
    public static IReadOnlyList<string> Explain(string? folder = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            return ["native libraries: not checked, this is not Linux"];
        }
        var states = Inspect(folder, bindNow: true);
        var lines = states.ConvertAll(state => state.Line);
        lines.Add(StandardLibrary());
        lines.AddRange(
            states
                .Where(state => state.Problem is not null)
                .Select(state => "hint: " + state.Hint)
                .Distinct(StringComparer.Ordinal)
        );
        return lines;
    }

    /// <summary>Loads the native libraries, so that a failure is explained instead of blamed on a missing package.</summary>
    /// <param name="folder">The folder of the libraries, or null for the one beside this program.</param>
    /// <exception cref="NativeLibraryException">A library is missing, damaged, or does not load; the message says what to do.</exception>
    public static void EnsureLoads(string? folder = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var bad = Inspect(folder, bindNow: false).Find(state => state.Problem is not null);
        if (bad is not null)
        {
            throw new NativeLibraryException(
                $"The native library of torch does not load. {bad.Line}; {StandardLibrary()}. {bad.Hint}"
            );
        }
    }

    /// <summary>Chooses what to advise.</summary>
    /// <param name="problem">What the dynamic linker or the check of the file said.</param>
    /// <returns>One or two sentences.</returns>
    internal static string Advice(string problem)
    {
        if (
            problem.Contains("GLIBCXX_", StringComparison.Ordinal)
            || problem.Contains("CXXABI_", StringComparison.Ordinal)
        )
        {
            return "This system's libstdc++ is older than the library asks for. Build again with the property "
                + "TemperRelaxTorchSharp left on (its default), or install the libstdc++ of GCC 13.2 or newer.";
        }
        if (problem.Contains("version `GLIBC_", StringComparison.Ordinal))
        {
            return "This system's C library is too old: expected glibc 2.34 or newer, as in Debian 12 and Ubuntu 22.04.";
        }
        if (
            problem.StartsWith("the file", StringComparison.Ordinal)
            || problem.Contains("ELF", StringComparison.Ordinal)
        )
        {
            return "The file is damaged, as after a full disk or a broken download. Delete it and, where it is a link, the "
                + "folder of the package it points into; then restore and build again.";
        }
        if (problem.StartsWith("not there", StringComparison.Ordinal))
        {
            return "Restore and build again: the package libtorch-cpu-linux-x64 is not referenced, or the folder of NuGet "
                + "packages that the output links into was moved or cleared.";
        }
        if (problem.Contains("cannot open shared object file", StringComparison.Ordinal))
        {
            return "A library it depends on is missing: restore and build again, and install the named library if it is one of "
                + "the system's.";
        }
        return problem.Contains("map", StringComparison.Ordinal) || problem.Contains("memory", StringComparison.Ordinal)
            ? "There is too little memory or address space (see ulimit -v), or the file system forbids execution (noexec)."
            : "Delete the output folder and build again.";
    }

    private static List<State> Inspect(string? folder, bool bindNow)
    {
        var place = folder ?? DefaultFolder();
        string[] wanted = [Path.Combine(place, Torch), Path.Combine(place, Binding)];
        var damaged = Libraries(place)
            .Except(wanted, StringComparer.Ordinal)
            .Select(path => new State(path, ElfFile.Damage(path)))
            .Where(state => state.Problem is not null)
            .ToList();
        var states = wanted.Select(path => new State(path, Exists(path) ? ElfFile.Damage(path) : "not there")).ToList();
        // None is tried while any is damaged: mapping a file that is cut short ends the process.
        if (damaged.Count == 0 && states.TrueForAll(state => state.Problem is null))
        {
            states = states.ConvertAll(state => state with { Problem = TryLoad(state.Path, bindNow), Tried = true });
        }
        return [.. damaged, .. states];
    }

    private static string? TryLoad(string path, bool bindNow)
    {
        try
        {
            return Libc.Load(path, bindNow);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return "this system has no libdl.so.2 of glibc";
        }
    }

    // A build puts them under runtimes/, a publish for one platform beside the program.
    private static string DefaultFolder()
    {
        var nested = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        return
            Path.Exists(Path.Combine(nested, Binding)) || !Path.Exists(Path.Combine(AppContext.BaseDirectory, Binding))
            ? nested
            : AppContext.BaseDirectory;
    }

    // Whatever the two may pull in from beside them. libtorch_python.so is linked into outputs and never loaded.
    private static IEnumerable<string> Libraries(string place) =>
        Directory.Exists(place)
            ? Directory
                .EnumerateFiles(place, "lib*.so*")
                .Where(path => Exists(path) && Path.GetFileName(path) != "libtorch_python.so")
                .Order(StringComparer.Ordinal)
            : [];

    private static bool Exists(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null
            ? file.Exists
            : file.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true };
    }

    private static string StandardLibrary()
    {
        const string Name = "libstdc++.so.6";
        // The runtime itself is linked against it, so it is mapped.
        var path = File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.IndexOf('/', StringComparison.Ordinal) + 1)..])
            .FirstOrDefault(mapped => mapped.Contains("/" + Name, StringComparison.Ordinal));
        if (path is null)
        {
            return $"{Name}: not found";
        }
        path = "/" + path;
        try
        {
            var text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
            var newest = VersionName().Matches(text).Max(match => int.Parse(match.Groups[1].ValueSpan));
            return $"{Name}: {path}, offers GLIBCXX up to 3.4.{newest}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return $"{Name}: {path}, version not found";
        }
    }

    [GeneratedRegex(@"GLIBCXX_3\.4\.(\d{1,4})\0", RegexOptions.CultureInvariant)]
    private static partial Regex VersionName();

    private sealed record State(string Path, string? Problem, bool Tried = false)
    {
        internal string Line
        {
            get
            {
                var file = new FileInfo(Path);
                var link = file.LinkTarget is { } target ? $" -> {target}" : "";
                var verdict = (Problem, Tried) switch
                {
                    (null, true) => "loads",
                    (null, false) => "not tried while another file is missing or damaged",
                    (var problem, true) => $"does not load: {problem}",
                    (var problem, false) => problem,
                };
                return $"{file.Name}: {Path}{link}: {Edition(Path)}{verdict}";
            }
        }

        internal string Hint => Problem is null ? "" : Advice(Problem);
    }

    private static string Edition(string path)
    {
        if (Path.GetFileName(path) != Binding || !Exists(path))
        {
            return "";
        }
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) switch
            {
                Relaxed => "TorchSharp 0.107.0, relaxed for older libstdc++; ",
                Published => "TorchSharp 0.107.0 as published, not relaxed for older libstdc++; ",
                _ => "not a known edition; ",
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
