using System.Diagnostics;
using System.Globalization;

namespace Temper.Tests.Cli;

/// <summary>Sends a child a signal when it has said something.</summary>
internal static class Interruption
{
    /// <summary>Runs the tool as a child, interrupts it and waits for it.</summary>
    /// <param name="signal">The signal, as <c>kill</c> names it.</param>
    /// <param name="until">The beginning of the line it is sent after.</param>
    /// <param name="args">The tool's arguments.</param>
    public static ToolResult At(string signal, string until, params string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by a program of Linux.");
        // A job in the background inherits an ignored SIGINT, and so would its children; env execs, so the id stays.
        using var child = Tool.Start("env", ["--default-signal=INT", "dotnet", Tool.Dll, .. args], []);
        var said = new List<string>();
        try
        {
            var error = child.StandardError.ReadToEndAsync();
            while (child.StandardOutput.ReadLine() is { } line)
            {
                said.Add(line);
                if (line.StartsWith(until, StringComparison.Ordinal))
                {
                    using var kill = Process.Start(
                        "kill",
                        [$"-{signal}", child.Id.ToString(CultureInfo.InvariantCulture)]
                    );
                    kill.WaitForExit();
                }
            }
            child.WaitForExit();
            return new(child.ExitCode, string.Join('\n', said), error.Result);
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }

    /// <summary>Checks that two folders hold the same bytes.</summary>
    public static void Same(string whole, string cut, params string[] files) =>
        Assert.All(
            files,
            file =>
                Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(cut, file)))
        );
}
