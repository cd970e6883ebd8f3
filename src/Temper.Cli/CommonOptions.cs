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

    /// <summary>The option that loads plugins, asked for by name before any command runs.</summary>
    public const string PluginName = "--plugin";

    public static Option<string[]> Plugin() =>
        new(PluginName)
        {
            Description =
                "An assembly (.dll) with networks, attacks or training methods of your own. It runs as part of the tool: load only what you trust.",
            Recursive = true,
            DefaultValueFactory = _ => [],
        };

    /// <summary>Far more threads than this overflow the stack inside the native library.</summary>
    private const int MostThreads = 1024;

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description =
                "Threads of the numeric library; 0 for the cores of this process. Part of the manifest: results repeat bit for bit at equal threads.",
            DefaultValueFactory = _ => 0,
        };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is var found and (< 0 or > MostThreads))
            {
                r.AddError($"--threads: found {found}, expected 0 to {MostThreads}.");
            }
        });
        return option;
    }

    public static Option<string> Device()
    {
        var option = new Option<string>("--device")
        {
            Description = "Device to compute on: cpu.",
            DefaultValueFactory = _ => "cpu",
        };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string>() is var found and not "cpu")
            {
                r.AddError($"--device: found '{found}', expected cpu, the one device this build computes on.");
            }
        });
        return option;
    }

    public static Option<int?> Limit() =>
        new("--limit") { Description = "Take the first N test examples: a smoke test, no interval and no claim." };

    public static Option<bool> RequireClaim() =>
        new("--require-claim") { Description = "Exit with code 6 when the claim is refused." };
}
