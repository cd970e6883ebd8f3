using System.Diagnostics;
using Spectre.Console;
using Temper.Cli;
using Temper.Errors;

namespace Temper.Tests.Cli;

/// <summary>Runs the command line, in this process or as a child.</summary>
internal static class Tool
{
    /// <summary>A training of a second: 1,000 examples, one epoch, a light evaluation.</summary>
    public static readonly string[] Small =
    [
        "training.epochs=1",
        "data.validation=59000",
        "training.validate.examples=100",
        "training.validate.steps=2",
        // Two such steps do not reach the edge of the ball.
        "training.allow-weak=true",
        "evaluation.block=100",
        "attack.pgd.steps=3",
        "attack.pgd-margin.steps=3",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The tool lies beside the tests, with its data and recipes.</summary>
    public static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "Temper.Cli.dll");

    /// <summary>Arguments of a small training; one thread, so that nothing spins.</summary>
    public static string[] Train(string folder, string recipe = "mnist-natural", params string[] more) =>
        ["train", recipe, "--out", folder, "--threads", "1", "--limit", "100", "--set", .. Small, .. more];

    /// <summary>Arguments of a small evaluation.</summary>
    public static string[] Evaluate(string model, string folder, params string[] more) =>
        [
            "evaluate",
            model,
            .. (string[])(more.Contains("--threat") ? [] : ["--threat", "linf:0.1"]),
            .. (string[])["--out", folder, "--threads", "1"],
            .. (string[])(more.Contains("--limit") ? [] : ["--limit", "100"]),
            .. (string[])(more.Contains("--block") ? [] : ["--block", "50"]),
            .. more,
            .. (string[])(more.Contains("--attack") ? [] : ["--attack", "fgsm"]),
        ];

    /// <summary>Runs the tool in this process.</summary>
    public static ToolResult Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = AnsiConsole.Create(
            new()
            {
                Ansi = AnsiSupport.No,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }
        );
        var code = App.Run(args, TimeProvider.System, console, error);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the tool as a child and waits for it.</summary>
    public static ToolResult Child(params string[] args) => Wait(Start("dotnet", [Dll, .. args], []));

    /// <summary>Runs a child and waits for it, two minutes where nothing else is said.</summary>
    public static ToolResult Wait(Process process, TimeSpan? patience = null)
    {
        using (process)
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(patience ?? Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail("The child did not end in time.");
            }
            process.WaitForExit();
            return new(process.ExitCode, output.Result, error.Result);
        }
    }

    /// <summary>Starts a child.</summary>
    public static Process Start(
        string program,
        IEnumerable<string> args,
        IReadOnlyList<(string, string)> environment,
        string? folder = null
    )
    {
        var start = new ProcessStartInfo(program, args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    /// <summary>Checks an exit code and that the message is one paragraph that says all of the words.</summary>
    public static void Fails(this ToolResult result, ExitCode code, params string[] words)
    {
        Assert.True((int)code == result.Code, $"exit code {result.Code}, expected {(int)code}: {result.Error}");
        Assert.StartsWith("temper: ", result.Error, StringComparison.Ordinal);
        var line = Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
    }

    /// <summary>Checks that all went well.</summary>
    public static ToolResult Succeeds(this ToolResult result)
    {
        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        Assert.Equal("", result.Error);
        return result;
    }
}
