using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Temper.Tests.Numerics;

namespace Temper.Tests.Build;

// What eng/TorchNative.targets promises, seen on this test project's own output.
public sealed class TorchNativeTests
{
    private const string Published = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";
    private const string Relaxed = "5968efac8270eff8a2b5ca7381612ea9cc54d81cf4104a54e0e6106b7b5f11e3";

    private static readonly string Native = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
    private static readonly FileInfo Output = new(Path.Combine(Native, "libLibTorchSharp.so"));

    [Fact]
    public void The_output_holds_a_real_relaxed_copy()
    {
        Assert.True(Output.Exists);
        Assert.Null(Output.LinkTarget);
        Assert.Equal(Relaxed, Hash(Output.FullName));
    }

    [Fact]
    public void The_package_cache_is_untouched() => Assert.Equal(Published, Hash(InCache()));

    [Fact]
    public void The_copy_differs_in_one_byte_the_flags_of_one_version_record()
    {
        var published = File.ReadAllBytes(InCache());
        var relaxed = File.ReadAllBytes(Output.FullName);
        Assert.Equal(published.Length, relaxed.Length);
        var different = Enumerable.Range(0, published.Length).Where(i => published[i] != relaxed[i]).ToArray();
        var record = Assert.Single(VersionsNeeded(published), need => need.Version == "GLIBCXX_3.4.32");
        Assert.Equal("libstdc++.so.6", record.File);
        Assert.Equal([record.FlagsOffset], different);
        Assert.Equal(0, record.Flags);
        // VER_FLG_WEAK, and on no other record.
        var weak = Assert.Single(VersionsNeeded(relaxed), need => need.Flags != 0);
        Assert.Equal(("GLIBCXX_3.4.32", 2), (weak.Version, weak.Flags));
    }

    [Fact]
    public void The_large_natives_are_links()
    {
        foreach (var name in (string[])["libtorch_cpu.so", "libc10.so", "libtorch.so", "libonnxruntime.so"])
        {
            var file = new FileInfo(Path.Combine(Native, name));
            Assert.NotNull(file.LinkTarget);
            Assert.True(file.ResolveLinkTarget(returnFinalTarget: true)!.Exists, name);
        }
    }

    [Fact]
    public void Natives_of_other_platforms_are_left_out()
    {
        var platforms = Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "runtimes"));
        Assert.DoesNotContain(
            platforms.SelectMany(folder => Directory.GetFiles(folder, "*onnxruntime*", SearchOption.AllDirectories)),
            file => !file.StartsWith(Native, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_output_has_less_than_60_MB_of_real_files()
    {
        var files = new DirectoryInfo(AppContext.BaseDirectory)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.LinkTarget is null)
            .ToArray();
        Assert.Contains(files, file => file.Name == "TorchSharp.dll");
        Assert.InRange(files.Sum(file => file.Length), 1, 60_000_000);
    }

    // In a process of its own, where nothing is loaded yet: this assembly's own test of loading, run by itself.
    [Fact]
    public async Task The_copy_loads_with_every_function_bound_at_once()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(TorchNativeTests).Assembly.Location);
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add(
            $"{typeof(NativeLibraryCheckTests).FullName}.{nameof(NativeLibraryCheckTests.The_libraries_of_this_output_load)}"
        );
        start.Environment["LD_BIND_NOW"] = "1";
        using var child = Process.Start(start)!;
        var token = TestContext.Current.CancellationToken;
        var errors = child.StandardError.ReadToEndAsync(token);
        var output = await child.StandardOutput.ReadToEndAsync(token) + await errors;
        await child.WaitForExitAsync(token);
        Assert.True(child.ExitCode == 0, output);
        Assert.Contains("Total: 1,", output);
        Assert.Contains("Failed: 0,", output);
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    // The links of the output lead into the package cache, where TorchSharp's own package lies beside libtorch's.
    private static string InCache()
    {
        const string Package = "/libtorch-cpu-linux-x64/";
        var target = new FileInfo(Path.Combine(Native, "libtorch_cpu.so")).LinkTarget;
        Assert.NotNull(target);
        var cache = target[..target.IndexOf(Package, StringComparison.Ordinal)];
        return Path.Combine(cache, "torchsharp/0.107.0/runtimes/linux-x64/native/libLibTorchSharp.so");
    }

    private sealed record Need(string File, string Version, int FlagsOffset, int Flags);

    // The section .gnu.version_r of a 64-bit little-endian library: Linux Standard Base, "Symbol versioning".
    private static List<Need> VersionsNeeded(byte[] elf)
    {
        const uint NeededVersions = 0x6ffffffe;
        var needs = new List<Need>();
        for (var i = 0; i < Half(60); i++)
        {
            var section = Header(i);
            if (Word(section + 4) != NeededVersions)
            {
                continue;
            }
            var strings = Long(Header(Word(section + 40)) + 24);
            var library = Long(section + 24);
            for (var libraries = Word(section + 44); libraries > 0; libraries--)
            {
                var record = library + Word(library + 8);
                for (var records = Half(library + 2); records > 0; records--)
                {
                    needs.Add(
                        new Need(
                            Text(strings + Word(library + 4)),
                            Text(strings + Word(record + 8)),
                            record + 4,
                            Half(record + 4)
                        )
                    );
                    record += Word(record + 12);
                }
                library += Word(library + 12);
            }
        }
        return needs;

        int Header(int index) => Long(40) + (index * Half(58));
        int Half(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(offset));
        int Word(int offset) => (int)BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(offset));
        int Long(int offset) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(offset)));
        string Text(int offset) => Encoding.ASCII.GetString(elf, offset, Array.IndexOf(elf, (byte)0, offset) - offset);
    }
}
