using System.CommandLine;

namespace Temper.Cli;

/// <summary>Options that several commands share, so that they read the same everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string?> Out(string what) => new("--out") { Description = what };

    public static Option<string[]> Set(string what) =>
        new("--set")
        {
            Description = what,
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };

    public static Option<bool> Resume() => new("--resume") { Description = "Go on with an interrupted run." };

    public static Option<bool> Quiet() => new("--quiet") { Description = "Print the result only." };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Option<string?> DataDir() => new("--data-dir") { Description = "Folder that holds the data set." };

    public static Option<int> Threads() =>
        new("--threads")
        {
            Description =
                "Threads of the numeric library; 0 for the cores of this process. Part of the manifest: results repeat bit for bit at equal threads.",
            DefaultValueFactory = _ => 0,
        };

    public static Option<string> Device() =>
        new("--device") { Description = "Device to compute on.", DefaultValueFactory = _ => "cpu" };

    public static Option<int?> Limit() =>
        new("--limit") { Description = "Take the first N test examples: a smoke test, no interval and no claim." };

    public static Option<bool> RequireClaim() =>
        new("--require-claim") { Description = "Exit with code 6 when the claim is refused." };
}
