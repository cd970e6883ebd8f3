using Temper.Errors;
using Temper.Numerics;

namespace Temper.Tests.Numerics;

public sealed class NativeLibraryCheckTests : IDisposable
{
    private static readonly string Native = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
    private static readonly string Binding = Path.Combine(Native, "libLibTorchSharp.so");

    private readonly string folder = Directory.CreateTempSubdirectory("temper-native-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // RTLD_NOW, as under LD_BIND_NOW=1: every function is found at once.
    [Fact]
    public void The_libraries_of_this_output_load()
    {
        NativeEnvironment.Prepare(NativeEnvironment.CpuCores);
        NativeLibraryCheck.EnsureLoads();
        var lines = NativeLibraryCheck.Explain();
        Assert.Equal(3, lines.Count);
        Assert.StartsWith($"libtorch_cpu.so: {Native}/libtorch_cpu.so -> /", lines[0]);
        Assert.EndsWith("/libtorch_cpu.so: loads", lines[0]);
        Assert.Equal(
            $"libLibTorchSharp.so: {Binding}: TorchSharp 0.107.0, relaxed for older libstdc++; loads",
            lines[1]
        );
        Assert.Matches(@"^libstdc\+\+\.so\.6: /.*, offers GLIBCXX up to 3\.4\.[0-9]+$", lines[2]);
        Assert.InRange(int.Parse(lines[2][(lines[2].LastIndexOf('.') + 1)..]), 20, 999);
    }

    [Fact]
    public void A_missing_library_is_named()
    {
        var error = Refused();
        Assert.Contains($"{folder}/libtorch_cpu.so: not there", error);
        Assert.Contains("libtorch-cpu-linux-x64", error);
        var lines = NativeLibraryCheck.Explain(Path.Combine(folder, "nowhere"));
        Assert.Contains(lines, line => line.EndsWith("nowhere/libLibTorchSharp.so: not there"));
        Assert.Single(lines, line => line.StartsWith("hint: "));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_named()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "libtorch_cpu.so"), "/nonexistent/libtorch_cpu.so");
        var error = Refused();
        Assert.Contains("libtorch_cpu.so -> /nonexistent/libtorch_cpu.so: not there", error);
        Assert.Contains("moved or cleared", error);
    }

    [Theory]
    [InlineData(0, "has only 0 bytes")]
    [InlineData(63, "has only 63 bytes")]
    [InlineData(64, "cut short: it has 64 bytes")]
    [InlineData(4096, "cut short: it has 4096 bytes")]
    [InlineData(2_000_000, "cut short: it has 2000000 bytes")]
    [InlineData(2_399_007, "cut short: it has 2399007 bytes and its headers speak of 2399008")]
    public void A_library_cut_short_is_refused_before_it_is_mapped(int length, string found)
    {
        LinkAllBut("libLibTorchSharp.so");
        File.WriteAllBytes(Path.Combine(folder, "libLibTorchSharp.so"), File.ReadAllBytes(Binding)[..length]);
        var error = Refused();
        Assert.Contains(found, error);
        Assert.Contains("Delete it", error);
        var lines = NativeLibraryCheck.Explain(folder);
        Assert.Contains(
            lines,
            line => line.Contains("libtorch_cpu.so", StringComparison.Ordinal) && line.Contains("not tried")
        );
        Assert.Contains(lines, line => line.StartsWith("hint: The file is damaged"));
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused()
    {
        LinkAllBut("libLibTorchSharp.so");
        File.WriteAllText(Path.Combine(folder, "libLibTorchSharp.so"), new string('x', 10_000));
        Assert.Contains("is not a 64-bit Linux library", Refused());
    }

    [Fact]
    public void A_damaged_library_beside_them_is_named()
    {
        LinkAllBut("libc10.so");
        File.WriteAllBytes(Path.Combine(folder, "libc10.so"), new byte[100]);
        Assert.Contains("libc10.so", Refused());
    }

    // What only the dynamic linker can tell: here a library of another machine.
    [Fact]
    public void The_linkers_own_words_are_passed_on()
    {
        LinkAllBut("libLibTorchSharp.so");
        var bytes = File.ReadAllBytes(Binding);
        // e_machine: 64-bit ARM.
        bytes[18] = 183;
        File.WriteAllBytes(Path.Combine(folder, "libLibTorchSharp.so"), bytes);
        var error = Refused();
        Assert.Contains($"does not load: {folder}/libLibTorchSharp.so: ", error);
        Assert.Contains("libstdc++.so.6: /", error);
    }

    [Theory]
    [InlineData("/usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x)", "TemperRelaxTorchSharp")]
    [InlineData("/lib/libc.so.6: version `GLIBC_2.34' not found (required by x)", "glibc 2.34")]
    [InlineData("libgomp-98b21ff3.so.1: cannot open shared object file: No such file or directory", "depends on")]
    [InlineData("x: failed to map segment from shared object", "noexec")]
    [InlineData("x: invalid ELF header", "damaged")]
    [InlineData("x: undefined symbol: y", "build again")]
    public void Advice_fits_the_problem(string problem, string advice) =>
        Assert.Contains(advice, NativeLibraryCheck.Advice(problem));

    private string Refused()
    {
        var error = Assert.Throws<NativeLibraryException>(() => NativeLibraryCheck.EnsureLoads(folder));
        Assert.Equal(ExitCode.Native, error.ExitCode);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    private void LinkAllBut(string name)
    {
        foreach (var path in Directory.EnumerateFiles(Native).Where(path => Path.GetFileName(path) != name))
        {
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(path)), path);
        }
    }
}
