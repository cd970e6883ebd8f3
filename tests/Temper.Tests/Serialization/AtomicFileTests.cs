using System.Runtime.InteropServices;
using Temper.Errors;
using Temper.Serialization;
using Temper.Tests.Reports;

namespace Temper.Tests.Serialization;

public sealed class AtomicFileTests
{
    private const int LimitFileSize = 1;

    [Fact]
    public void Files_are_made_and_replaced_without_leftovers()
    {
        using var folder = new Folder();
        var path = folder.File("a.txt");
        AtomicFile.WriteText(path, "first, longer\n");
        AtomicFile.WriteText(path, "é\n");
        Assert.Equal("é\n"u8.ToArray(), File.ReadAllBytes(path));
        AtomicFile.WriteBytes(path, new byte[] { 1, 2 });
        Assert.Equal([1, 2], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_relative_path_lies_in_the_current_folder()
    {
        var name = $"temper-{Guid.NewGuid():N}.txt";
        try
        {
            AtomicFile.WriteText(name, "x");
            Assert.Equal("x", File.ReadAllText(Path.Combine(Directory.GetCurrentDirectory(), name)));
        }
        finally
        {
            File.Delete(name);
        }
    }

    [Fact]
    public void While_it_is_written_the_old_file_stands()
    {
        using var folder = new Folder();
        var path = folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write("new"u8);
                stream.Flush();
                Assert.Equal("old", File.ReadAllText(path));
                var temporary = Directory.GetFiles(folder.Path).Single(f => f != path);
                Assert.Matches(@"^\.a\.txt\.[0-9a-f]{32}\.tmp$", Path.GetFileName(temporary));
            }
        );
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void What_the_callback_throws_comes_out_and_the_old_file_stays()
    {
        using var folder = new Folder();
        var path = folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        var thrown = new DataException("mine");
        var caught = Assert.Throws<DataException>(() =>
            AtomicFile.Write(
                path,
                stream =>
                {
                    stream.Write("half"u8);
                    throw thrown;
                }
            )
        );
        Assert.Same(thrown, caught);
        RequireOnly(folder, path, "old");
    }

    [Fact]
    public void A_full_disk_is_told_and_leaves_the_old_file()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no always-full device here");
        using var folder = new Folder();
        var path = folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        var e = Assert.Throws<RunFailedException>(() =>
            AtomicFile.Write(
                path,
                stream =>
                {
                    stream.Write("half"u8);
                    using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
                    full.Write("more"u8);
                    full.Flush();
                }
            )
        );
        Assert.Equal(ExitCode.RunFailed, e.ExitCode);
        Assert.StartsWith(path, e.Message);
        Assert.Contains("disk or the quota is full", e.Message);
        RequireOnly(folder, path, "old");
    }

    [Fact]
    public void A_file_size_limit_is_an_error_and_not_the_end_of_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "setrlimit is called as Linux has it");
        using var folder = new Folder();
        var path = folder.File("a.bin");
        AtomicFile.WriteText(path, "old");
        var limit = default(Limit);
        Assert.Equal(0, GetLimit(LimitFileSize, ref limit));
        // Above what the test runner itself may be writing meanwhile.
        var low = limit with
        {
            Soft = 8 << 20,
        };
        RunFailedException e;
        Assert.Equal(0, SetLimit(LimitFileSize, ref low));
        try
        {
            e = Assert.Throws<RunFailedException>(() => AtomicFile.WriteBytes(path, new byte[9 << 20]));
        }
        finally
        {
            Assert.Equal(0, SetLimit(LimitFileSize, ref limit));
        }
        Assert.StartsWith(path, e.Message);
        Assert.Contains("ulimit -f", e.Message);
        RequireOnly(folder, path, "old");
    }

    [Fact]
    public void A_path_through_a_file_a_missing_folder_and_a_folder_in_the_way_are_told()
    {
        using var folder = new Folder();
        File.WriteAllText(folder.File("file"), "kept");
        Directory.CreateDirectory(folder.File("taken"));
        foreach (var name in new[] { "file/a.txt", "missing/a.txt" })
        {
            var e = Assert.Throws<RunFailedException>(() => AtomicFile.WriteText(folder.File(name), "x"));
            Assert.StartsWith(folder.File(name) + ": cannot be written", e.Message);
            Assert.Contains("folder does not exist, or a part of the path is a file", e.Message);
            Assert.DoesNotContain(".tmp", e.Message);
        }
        var way = Assert.Throws<RunFailedException>(() => AtomicFile.WriteText(folder.File("taken"), "x"));
        Assert.Contains("A folder of that name is in the way", way.Message);
        var longName = new string('a', 300);
        Assert.Contains(
            "shorter name",
            Assert.Throws<RunFailedException>(() => AtomicFile.WriteText(folder.File(longName), "x")).Message
        );
        Assert.Equal("kept", File.ReadAllText(folder.File("file")));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void A_folder_nobody_may_write_to_is_told()
    {
        // Even the superuser makes no files here.
        Assert.SkipUnless(Directory.Exists("/sys/kernel"), "no sysfs here");
        var e = Assert.Throws<RunFailedException>(() => AtomicFile.WriteText("/sys/kernel/temper.txt", "x"));
        Assert.StartsWith("/sys/kernel/temper.txt: cannot be written", e.Message);
        Assert.True(e.Message.Contains("permission") || e.Message.Contains("read-only"), e.Message);
    }

    [Fact]
    public void A_device_is_never_replaced_by_a_file()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no always-full device here");
        // Asked, not tried: a failure would take the device from the whole machine.
        Assert.True(AtomicFile.IsDevice("/dev/full"));
        Assert.False(AtomicFile.IsDevice("/dev/full/x"));
        Assert.False(AtomicFile.IsDevice("/dev/shm/x"));
        Assert.Throws<RunFailedException>(() => AtomicFile.WriteText("/dev/full/x", "x"));
    }

    private static void RequireOnly(Folder folder, string path, string text)
    {
        Assert.Equal(text, File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, ref Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, ref Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Soft, ulong Hard);
}
