using Temper.Errors;
using Temper.Serialization;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>Folders that cannot be written and disks that are full: exit code 7, a sentence, nothing half-written.</summary>
public sealed class DiskTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    // The runtime maps its own code through a sparse file of this size; without it a file-size limit stops the start.
    private static readonly (string, string)[] Startable = [("DOTNET_EnableWriteXorExecute", "0")];

    [Fact]
    public void Folder_under_a_regular_file()
    {
        var file = run.Changed(run.Weights, "file", bytes => bytes[..5]);
        var folder = Path.Combine(file, "run");
        Tool.Run(Tool.Train(folder)).Fails(ExitCode.RunFailed, folder);
        Tool.Run(Tool.Evaluate(run.Weights, folder)).Fails(ExitCode.RunFailed, folder);
        Tool.Run(Attack(Path.Combine(folder, "x.safetensors"))).Fails(ExitCode.RunFailed, "x.safetensors");
        Assert.Equal(5, new FileInfo(file).Length);
    }

    [Fact]
    public void Folder_that_is_a_file()
    {
        var file = run.Changed(run.Weights, "file", bytes => bytes[..5]);
        Tool.Run(Tool.Train(file)).Fails(ExitCode.RunFailed, file);
        Tool.Run(Tool.Evaluate(run.Weights, file)).Fails(ExitCode.RunFailed, file);
        Assert.Equal(5, new FileInfo(file).Length);
    }

    [Fact]
    public void Folder_where_nobody_may_write()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");
        Tool.Run(Tool.Train("/proc/temper")).Fails(ExitCode.RunFailed, "/proc/temper");
        Tool.Run(Tool.Evaluate(run.Weights, "/proc/temper")).Fails(ExitCode.RunFailed, "/proc/temper");
        Tool.Run(Attack("/proc/x.safetensors")).Fails(ExitCode.RunFailed, "/proc/x.safetensors");
    }

    [Fact]
    public void Points_into_a_folder() => Tool.Run(Attack(run.Folder)).Fails(ExitCode.RunFailed, run.Folder, "folder");

    [Fact]
    public void Report_that_cannot_be_replaced()
    {
        var folder = run.Fresh();
        Tool.Run(Tool.Evaluate(run.Weights, folder, "--quiet")).Succeeds();
        File.Delete(Path.Combine(folder, "report.html"));
        Directory.CreateDirectory(Path.Combine(folder, "report.html"));
        Tool.Run("report", folder).Fails(ExitCode.RunFailed, "report.html");
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
    }

    [Fact]
    public void Always_full_device()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no always-full device here.");
        var before = Directory.GetFileSystemEntries("/dev").Length;
        Tool.Run(Attack("/dev/full")).Fails(ExitCode.RunFailed, "/dev/full", "No space left on device");
        // It is still the device: nothing was renamed over it, nothing lies beside it.
        Assert.Throws<IOException>(() => File.WriteAllText("/dev/full", "x"));
        Assert.Equal(before, Directory.GetFileSystemEntries("/dev").Length);
    }

    [Fact]
    public void A_device_is_written_to_and_not_replaced()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "There is no such device here.");
        AtomicFile.WriteText("/dev/null", "x");
        Assert.Equal("", File.ReadAllText("/dev/null"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(800)]
    public void File_size_limit_while_training(int kilobytes)
    {
        var folder = run.Fresh();
        Limited(kilobytes, Tool.Train(folder)).Fails(ExitCode.RunFailed, folder, "cannot be written");
        Assert.Empty(Directory.GetFiles(folder, ".*"));
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
        Assert.False(File.Exists(Path.Combine(folder, "report.json")));
        // Once there is room the same command with --resume finishes, and with the same weights.
        Tool.Run(Tool.Train(folder, more: ["--resume", "--quiet"])).Succeeds();
        Assert.Equal(File.ReadAllBytes(run.Weights), File.ReadAllBytes(Path.Combine(folder, "best.safetensors")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public void File_size_limit_while_evaluating(int kilobytes)
    {
        var folder = run.Fresh();
        Limited(kilobytes, Tool.Evaluate(run.Weights, folder)).Fails(ExitCode.RunFailed, folder, "cannot be written");
        Assert.Empty(Directory.GetFiles(folder, ".*"));
        Assert.False(File.Exists(Path.Combine(folder, "report.json")));
        Tool.Run(Tool.Evaluate(run.Weights, folder, "--resume", "--quiet")).Succeeds();
        var whole = run.Fresh();
        Tool.Run(Tool.Evaluate(run.Weights, whole, "--quiet")).Succeeds();
        foreach (var name in (string[])["ledger.csv", "attempts.csv", "gallery.json"])
        {
            Assert.Equal(File.ReadAllText(Path.Combine(whole, name)), File.ReadAllText(Path.Combine(folder, name)));
        }
    }

    private static ToolResult Limited(int kilobytes, string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by a shell of Linux.");
        string[] shell = ["-c", $"ulimit -f {kilobytes}; exec dotnet \"$@\"", "limited", Tool.Dll, .. args, "--quiet"];
        return Tool.Wait(Tool.Start("bash", shell, Startable));
    }

    private string[] Attack(string path) =>
        [
            "attack",
            run.Weights,
            .. (string[])
                ["--threat", "linf:0.1", "--attack", "fgsm", "--threads", "1", "--limit", "50", "--block", "50"],
            .. (string[])["--out", path],
        ];
}
