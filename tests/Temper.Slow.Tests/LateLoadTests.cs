using Temper.Errors;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>Half of a start goes into loading libtorch: only what computes pays for it, and no mistake of the user waits for it.</summary>
public sealed class LateLoadTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private const string Libtorch = "libtorch_cpu.so";

    [Fact]
    public void The_list_of_what_is_loaded_names_libtorch_where_it_is_loaded()
    {
        var (result, loaded) = Traced("doctor", "--threads", "1");
        result.Succeeds();
        Assert.Contains(Libtorch, loaded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("train", "--help")]
    [InlineData("attacks", "list")]
    [InlineData("models", "show", "mnist-net")]
    [InlineData("recipes", "show", "mnist-linf")]
    [InlineData("schema", "recipe")]
    [InlineData("data", "list")]
    [InlineData("[suggest:6]", "train ")]
    public void What_computes_nothing_does_not_load_it(params string[] args)
    {
        var (result, loaded) = Traced(args);
        result.Succeeds();
        Unloaded(loaded);
    }

    [Fact]
    public void Nor_do_reports_made_again()
    {
        var (result, loaded) = Traced("report", run.Folder);
        result.Succeeds();
        Unloaded(loaded);
    }

    [Theory]
    [InlineData("train", "no-such-recipe")]
    [InlineData("train", "mnist-linf", "--threads", "-1")]
    [InlineData("train", "mnist-linf", "--set", "training.objective.id=none")]
    [InlineData("train", "mnist-linf", "--set", "model.id=none")]
    [InlineData("train", "mnist-linf", "--set", "data.name=none")]
    [InlineData("train", "mnist-linf", "--set", "data.validation=60000")]
    [InlineData("evaluate", "none.pt", "--threat", "linf:0.1")]
    [InlineData("evaluate", "none.pt", "--threat", "linf:0.1", "--data", "none")]
    [InlineData("evaluate", "none.pt", "--threat", "none")]
    [InlineData("evaluate", "none.pt", "--threat", "linf:0.1", "--attack", "none")]
    [InlineData("attack", "none.pt", "--threat", "linf:0.1", "--out", "x.safetensors")]
    public void Nor_do_mistakes_in_arguments_recipes_and_data(params string[] args)
    {
        var (result, loaded) = Traced(args);
        Assert.NotEqual(ExitCode.Done, (ExitCode)result.Code);
        Assert.StartsWith("temper: ", result.Error, StringComparison.Ordinal);
        Unloaded(loaded);
    }

    private static void Unloaded(string loaded)
    {
        // The runtime's own library shows that the linker's list is there.
        Assert.Contains("libcoreclr.so", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain(Libtorch, loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("libonnxruntime.so", loaded, StringComparison.Ordinal);
    }

    /// <summary>Runs the tool as a child whose dynamic linker writes down what it loads.</summary>
    private (ToolResult Result, string Loaded) Traced(params string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only glibc's dynamic linker tells.");
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        var result = Tool.Wait(
            Tool.Start(
                "dotnet",
                [Tool.Dll, .. args],
                [("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", Path.Combine(folder, "loaded"))],
                folder
            )
        );
        return (result, string.Concat(Directory.GetFiles(folder, "loaded.*").Select(File.ReadAllText)));
    }
}
