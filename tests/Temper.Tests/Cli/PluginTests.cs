using Temper.Errors;
using Temper.Runs;
using Temper.Tests.Reports;

namespace Temper.Tests.Cli;

/// <summary>An assembly of the user, loaded by a process of its own: what it adds would stay in this one.</summary>
public sealed class PluginTests
{
    /// <summary>The sample with a network of its own, built with the solution.</summary>
    private static readonly string Plugin = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "Images", "release", "Images.dll")
    );

    [Fact]
    public void A_network_of_an_assembly_is_listed_trained_and_evaluated()
    {
        Assert.SkipUnless(File.Exists(Plugin), "The sample Images was not built beside the tests.");
        var listed = Tool.Child("models", "list", "--plugin", Plugin).Succeeds().Output;
        Assert.Contains("two-layers", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("two-layers", Tool.Run("models", "list").Succeeds().Output, StringComparison.Ordinal);

        using var folder = new Folder();
        File.WriteAllText(
            folder.File("mine.yaml"),
            $$"""
            name: mine
            summary: a network of mine
            data: { name: images, path: '{{Path.Combine(
                Docs.Repository.PathOf("samples"),
                "Images",
                "shapes"
            )}}', size: 16, validation: 20 }
            model: { id: two-layers }
            threat: linf:4/255
            training: { objective: { id: natural }, epochs: 2, batch: 20, validate: { steps: 1, examples: 20 } }
            evaluation: { attacks: [fgsm], block: 20 }
            """
        );
        var run = folder.File("run");
        Tool.Child("train", folder.File("mine.yaml"), "--plugin", Plugin, "--out", run, "--threads", "1").Succeeds();
        string[] evaluate =
        [
            "evaluate",
            run,
            "--threat",
            "linf:4/255",
            "--attack",
            "fgsm",
            "--block",
            "20",
            "--threads",
            "1",
        ];
        Tool.Child([.. evaluate, "--plugin", Plugin, "--out", folder.File("again")]).Succeeds();
        Tool.Run([.. evaluate, "--out", folder.File("without")]).Fails(ExitCode.Data, "two-layers");
    }

    [Fact]
    public void The_assemblies_of_the_tool_itself_take_no_id_twice() =>
        // A start adds them unchecked.
        Assert.True(Catalogue.Add(typeof(Temper.Onnx.OnnxFormat).Assembly) > 0);

    [Fact]
    public void What_is_no_plugin_is_refused()
    {
        using var folder = new Folder();
        File.WriteAllText(folder.File("text.dll"), "not an assembly");
        Tool.Child("models", "list", "--plugin", folder.File("gone.dll"))
            .Fails(ExitCode.Data, "gone.dll", "no such file");
        Tool.Child("models", "list", "--plugin", folder.File("text.dll")).Fails(ExitCode.Data, "text.dll");
        Tool.Child("models", "list", "--plugin", typeof(FactAttribute).Assembly.Location)
            .Fails(ExitCode.Data, "no component");
    }
}
