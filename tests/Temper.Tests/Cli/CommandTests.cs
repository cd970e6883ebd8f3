using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Errors;
using Temper.Models.Architectures;
using Temper.Runs;
using Temper.Training;

namespace Temper.Tests.Cli;

/// <summary>What the commands print and write when all goes well.</summary>
public sealed class CommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Theory]
    [InlineData("")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("attack")]
    [InlineData("certify")]
    [InlineData("report")]
    [InlineData("compare")]
    [InlineData("claim")]
    [InlineData("claim verify")]
    [InlineData("claim show")]
    [InlineData("attacks")]
    [InlineData("attacks list")]
    [InlineData("attacks show")]
    [InlineData("methods")]
    [InlineData("models")]
    [InlineData("recipes")]
    [InlineData("doctor")]
    [InlineData("schema")]
    [InlineData("schema recipe")]
    [InlineData("completions")]
    public void Help_does_not_load_libtorch(string command)
    {
        var result = Traced([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(0, result.Code);
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("torch", result.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_trace_of_loaded_libraries_would_show_libtorch() =>
        Assert.Contains("libtorch_cpu.so", Traced(["doctor", "--threads", "1"]).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "attacks",
        "apgd apgd-t boundary cw ddn deepfool fab fab-t fgsm fmn gaussian-noise hop-skip-jump mi-fgsm nes pgd rays sigma-zero spsa square transfer uniform-noise"
    )]
    [InlineData(
        "findings",
        "TMP111 TMP112 TMP113 TMP114 TMP120 TMP121 TMP122 TMP123 TMP130 TMP131 TMP132 TMP133 TMP134 TMP135 TMP137 TMP138 TMP139 TMP140 TMP141 TMP142 TMP143 TMP144 TMP145 TMP146 TMP147 TMP148 TMP149 TMP150"
    )]
    [InlineData(
        "methods",
        "alp avg crown-ibp e-at ensemble fast fat free gat gaussian grad-align hat ibp mart max mma msd n-fgsm natural nuat pgd sabr score smooth-adv trades vat"
    )]
    [InlineData("models", "layers lenet5 linear mlp mnist-net preact-resnet18 resnet-cifar small-cnn wide-resnet")]
    public void Lists_and_shows_components(string plural, string expected)
    {
        var lines = Tool.Run(plural, "list").Succeeds().Output.TrimEnd('\n').Split('\n');
        string[] ids = [.. lines.Select(l => l.Split(' ')[0])];
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        foreach (var id in ids)
        {
            var shown = Tool.Run(plural, "show", id).Succeeds().Output;
            Assert.StartsWith($"{id}: ", shown, StringComparison.Ordinal);
            Assert.Contains("source: ", shown, StringComparison.Ordinal);
        }
        Tool.Run(plural, "show", "nothing").Fails(ExitCode.Usage, "nothing", ids[0]);
    }

    [Fact]
    public void Shows_what_a_method_or_setting_is_worth()
    {
        foreach (var info in Catalogue.Of<Objective>())
        {
            var shown = Tool.Run("methods", "show", info.Id).Succeeds().Output;
            Assert.All(
                (string[])["loss: ", "cost: ", "when: ", "when not: "],
                part => Assert.Contains($"\n{part}", shown, StringComparison.Ordinal)
            );
        }
        Assert.Contains("13 F + 12 B", Tool.Run("methods", "show", "trades").Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "training.ema: ",
            Tool.Run("methods", "show", "training.ema").Succeeds().Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Shows_every_option_of_a_component()
    {
        var components = Catalogue.Of<Attack>().Select(c => ("attacks", c));
        components = components.Concat(Catalogue.Of<Objective>().Select(c => ("methods", c)));
        components = components.Concat(Catalogue.Of<Architecture>().Select(c => ("models", c)));
        foreach (var (plural, component) in components)
        {
            var shown = Tool.Run(plural, "show", component.Id).Output;
            foreach (var option in component.Options is null ? [] : OptionsBinder.Describe(component.Options))
            {
                Assert.Contains($"  {option.Key} ", shown, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Lists_and_shows_recipes()
    {
        var listed = Tool.Run("recipes", "list").Succeeds().Output;
        foreach (var name in (string[])["mnist-linf", "mnist-linf-fast", "mnist-natural"])
        {
            Assert.Contains($"{name} ", listed, StringComparison.Ordinal);
            var shown = JsonNode.Parse(Tool.Run("recipes", "show", name).Succeeds().Output)!;
            Assert.Equal((name, "linf:0.3"), ((string?)shown["name"], (string?)shown["threat"]));
        }
        Tool.Run("recipes", "show", "mnist").Fails(ExitCode.Usage, "mnist", "recipe");
    }

    [Fact]
    public void The_schema_is_JSON_and_knows_every_field_of_a_resolved_recipe()
    {
        var schema = JsonNode.Parse(Tool.Run("schema", "recipe").Succeeds().Output)!;
        var recipe = JsonNode.Parse(Tool.Run("recipes", "show", "mnist-linf").Output)!;
        Assert.StartsWith("http", (string)schema["$schema"]!, StringComparison.Ordinal);
        foreach (var (key, _) in recipe.AsObject())
        {
            Assert.True(schema["properties"]!.AsObject().ContainsKey(key), $"the schema lacks '{key}'");
        }
    }

    [Fact]
    public void Doctor_says_what_works()
    {
        var said = Tool.Run("doctor", "--threads", "1").Succeeds().Output;
        Assert.Contains("computes 1 + 1 + 1 = 3, threads 1", said, StringComparison.Ordinal);
        Assert.Contains("data mnist/test: 10000 examples, hash matches", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_leaves_the_files_that_others_rely_on()
    {
        string[] expected =
        [
            "attempts.csv",
            "best.safetensors",
            "checkpoint.safetensors",
            "curve-journal.jsonl",
            "curve.csv",
            "gallery.json",
            "journal.jsonl",
            "last.safetensors",
            "ledger.csv",
            "manifest.json",
            "metrics.jsonl",
            "points.safetensors",
            "report.html",
            "report.json",
            "test-looks.jsonl",
        ];
        Assert.Equal(
            expected,
            Directory.GetFileSystemEntries(run.Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Json_prints_the_report_and_nothing_else()
    {
        var output = run.Fresh();
        var said = Tool.Run(Tool.Evaluate(run.Weights, output, "--json")).Succeeds().Output;
        var file = File.ReadAllText(Path.Combine(output, "report.json"));
        Assert.Equal(file.TrimEnd(), said.TrimEnd());
        Assert.Equal(1, JsonDocument.Parse(said).RootElement.GetProperty("schema").GetInt32());
        Assert.Equal(said, Tool.Run("report", output, "--json").Succeeds().Output);
    }

    [Fact]
    public void Quiet_prints_the_result_only()
    {
        var loud = Tool.Run(Tool.Evaluate(run.Weights, run.Fresh())).Succeeds().Output;
        var quiet = Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), "--quiet")).Succeeds().Output;
        Assert.Contains("clean: 100 of 100 examples", loud, StringComparison.Ordinal);
        Assert.DoesNotContain("clean: 100 of 100 examples", quiet, StringComparison.Ordinal);
        Assert.Contains("Claim: refused.", quiet, StringComparison.Ordinal);
        Assert.StartsWith("On the first 100 of 10,000 MNIST test images", quiet.TrimStart(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluating_a_trained_run_repeats_its_own_evidence()
    {
        var output = run.Fresh();
        string[] same =
        [
            "--threat",
            "linf:0.3",
            "--block",
            "100",
            "--attack",
            "fgsm,pgd,pgd-margin",
            "--curve",
            "1000",
            "--set",
            "attack.pgd.steps=3",
            "attack.pgd-margin.steps=3",
        ];
        Tool.Run(Tool.Evaluate(run.Folder, output, [.. same, "--quiet"])).Succeeds();
        foreach (var file in (string[])["ledger.csv", "attempts.csv", "curve.csv", "gallery.json"])
        {
            Assert.Equal(
                File.ReadAllText(Path.Combine(run.Folder, file)),
                File.ReadAllText(Path.Combine(output, file))
            );
        }
        var (own, again) = (Report(run.Folder), Report(output));
        Assert.Equal(own["worstCase"]!.ToJsonString(), again["worstCase"]!.ToJsonString());
        Assert.Equal(own["clean"]!.ToJsonString(), again["clean"]!.ToJsonString());
    }

    [Fact]
    public void Report_regenerates_the_same_bytes()
    {
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        foreach (
            var file in Directory
                .GetFiles(run.Folder)
                .Where(f => !Path.GetFileName(f).StartsWith("report", StringComparison.Ordinal))
        )
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        Tool.Run("report", folder).Succeeds();
        foreach (var file in (string[])["report.json", "report.html"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(run.Folder, file)),
                File.ReadAllBytes(Path.Combine(folder, file))
            );
        }
    }

    [Fact]
    public void Runs_without_a_named_folder_go_to_fresh_ones()
    {
        var root = Directory.CreateDirectory(run.Fresh()).FullName;
        string[] args = ["evaluate", run.Weights, "--threat", "linf:0.1", "--limit", "10", "--block", "10", "--quiet"];
        args = [.. args, "--threads", "1", "--attack", "fgsm"];
        // The folder is the process's; no other test runs meanwhile.
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = root;
            foreach (var name in (string[])["evaluate-best", "evaluate-best-2"])
            {
                Tool.Run(args).Succeeds();
                Assert.True(File.Exists(Path.Combine(root, "runs", name, "report.html")));
            }
            Tool.Run([.. args, "--resume"]).Succeeds();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(root, "runs")).Length);
    }

    private static JsonNode Report(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;

    private static ToolResult Traced(string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The dynamic linker of Linux tells what it loads.");
        return Tool.Wait(Tool.Start("dotnet", [Tool.Dll, .. args], [("LD_DEBUG", "files")]));
    }
}
