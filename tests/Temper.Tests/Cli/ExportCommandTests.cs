using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Models;
using Temper.Onnx.Reading;
using Temper.Serialization;
using Temper.Tests.Docs;
using Temper.Tests.Onnx;
using Temper.Workflow;

namespace Temper.Tests.Cli;

/// <summary><c>temper export</c>: what it writes, what it says, and what it refuses.</summary>
public sealed class ExportCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void A_run_is_exported_with_what_is_known_of_it()
    {
        var path = run.Fresh() + ".onnx";
        var said = Tool.Run("export", run.Folder, "--out", path, "--threads", "1").Succeeds().Output;
        Assert.Matches(
            @"\.onnx: [0-9]+ bytes; scores differ from onnxruntime's by at most [0-9.E-]+ on 64 random inputs and 256 test images of mnist\.\n$",
            said
        );
        var model = ModelReader.Read(path);
        var found = model.MetadataProps.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var weights = SafetensorsFile.Read(run.Weights).Metadata;
        foreach (var key in (string[])["architecture", "options", "input", "classes", "trained-for"])
        {
            Assert.Equal(weights[$"temper.{key}"], found[$"temper.{key}"]);
        }
        var claim = JsonNode.Parse(File.ReadAllText(Path.Combine(run.Folder, "report.json")))!["claim"]!;
        Assert.Equal((string?)claim["sentence"], found["temper.claim"]);
        Assert.Equal(
            ("refused", "[0, 1]", "none"),
            (found["temper.claim-status"], found["temper.range"], found["temper.normalise"])
        );
        Assert.Equal(Hashes.Sha256OfFile(run.Weights), found["temper.source-sha256"]);
        Assert.Equal(
            MarkdownText
                .Keys(MarkdownText.Section(Repository.Read("docs/files.md"), "ONNX files"))
                .Order(StringComparer.Ordinal),
            // The report is of the first examples, which state nothing.
            found.Keys.Append(StatedClean.Key).Append(StatedClean.DataKey).Order(StringComparer.Ordinal)
        );
        Assert.Equal(("Temper", 13L), (model.ProducerName, ModelReader.Opset(model)));
        Assert.Equal(
            (string[])["0.weight", "0.bias", "2.weight", "2.bias", "5.weight", "5.bias", "7.weight", "7.bias"],
            model.Graph.Initializer.Select(t => t.Name)
        );
        using var opened = ModelFile.Open(path, new InputShape(1, 28, 28), 10);
        Assert.Equal(("mnist-net", weights["temper.trained-for"]), (opened.Architecture, opened.TrainedFor));
    }

    [Fact]
    public void An_exported_network_falls_to_the_same_count()
    {
        var path = run.Fresh() + ".onnx";
        Tool.Run("export", run.Weights, "--out", path, "--threads", "1").Succeeds();
        Assert.Equal(Worst(run.Weights), Worst(path));
        // Once more around: what was imported can be exported, and a claim measured elsewhere is not handed on.
        var again = run.Fresh() + ".onnx";
        Tool.Run("export", path, "--out", again, "--threads", "1").Succeeds();
        var metadata = ModelReader.Read(again).MetadataProps;
        Assert.Contains(metadata, p => p is { Key: "temper.architecture", Value: "mnist-net" });
        Assert.DoesNotContain(metadata, p => p.Key == "temper.claim");
    }

    [Fact]
    public void Weights_that_say_their_shape_need_no_data()
    {
        // No such data set is shipped, so only random inputs are left.
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        var weights = Path.Combine(folder, "net.safetensors");
        var input = new InputShape(2, 5, 6);
        using (var module = new Temper.Models.Architectures.Linear(new()).Build(input, 3))
        {
            Weights.Save(module, weights, ModelFile.Metadata("linear", null, input, 3, "nothing"));
        }
        var path = Path.Combine(folder, "net.onnx");
        var said = Tool.Run("export", weights, "--out", path, "--threads", "1").Succeeds().Output;
        Assert.EndsWith("on 64 random inputs.\n", said, StringComparison.Ordinal);
        Tool.Run("export", weights, "--out", path, "--data", "mnist", "--threads", "1")
            .Fails(ExitCode.Data, weights, "2×5×6", "mnist");
        Tool.Run("export", weights, "--out", path, "--data-dir", folder, "--threads", "1")
            .Fails(ExitCode.Data, "t10k-images-idx3-ubyte");
    }

    [Fact]
    public void What_cannot_be_exported_is_refused_and_leaves_nothing()
    {
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        var model = new OnnxModel(input: new(1, 28, 28)).Node("Erf", ["x"], "e").Node("Flatten", ["e"], "y");
        var (scores, path) = (model.Write(folder), Path.Combine(folder, "out.onnx"));
        Tool.Run("export", scores, "--out", path, "--threads", "1")
            .Fails(ExitCode.Data, scores, "onnx-scores", "not known as a graph", "layer lists");
        Tool.Run("export", run.Fresh(), "--out", path).Fails(ExitCode.Data, "no such file");
        Tool.Run("export", run.Folder, "--out", Path.Combine(folder, "out.pt")).Fails(ExitCode.Usage, "--out", ".onnx");
        Tool.Run("export", run.Folder).Fails(ExitCode.Usage, "--out");
        Tool.Run("export", run.Folder, "--out", Path.Combine(folder, "no", "out.onnx"), "--threads", "1")
            .Fails(ExitCode.RunFailed, "out.onnx");
        Assert.Equal([scores], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_report_of_other_weights_claims_nothing()
    {
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        File.Copy(run.Weights, Path.Combine(folder, "best.safetensors"));
        var report = File.ReadAllText(Path.Combine(run.Folder, "report.json"));
        var other = report.Replace(Hashes.Sha256OfFile(run.Weights), new string('0', 64), StringComparison.Ordinal);
        Assert.NotEqual(report, other);
        File.WriteAllText(Path.Combine(folder, "report.json"), other);
        var path = Path.Combine(folder, "model.onnx");
        Tool.Run("export", folder, "--out", path, "--threads", "1").Succeeds();
        Assert.DoesNotContain(ModelReader.Read(path).MetadataProps, p => p.Key == "temper.claim");
        File.WriteAllText(Path.Combine(folder, "report.json"), "{");
        Tool.Run("export", folder, "--out", path, "--threads", "1").Fails(ExitCode.Data, "report.json");
    }

    [Fact]
    public void Help_loads_neither_native_library()
    {
        // A child that lists what is mapped into it would need the tool's help; the loader's own trace does as well.
        using var process = Tool.Start(
            "dotnet",
            [Tool.Dll, "--help"],
            [("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", run.Fresh())]
        );
        var result = Tool.Wait(process);
        Assert.Equal(0, result.Code);
        var traces = Directory.GetFiles(run.Root, "*.*").Where(f => !f.EndsWith(".onnx", StringComparison.Ordinal));
        var text = string.Concat(traces.Select(File.ReadAllText));
        Assert.Contains("libcoreclr.so", text, StringComparison.Ordinal);
        Assert.DoesNotContain("libonnxruntime.so", text, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", text, StringComparison.Ordinal);
    }

    private (int, int) Worst(string model)
    {
        var output = run.Fresh();
        string[] more = ["--attack", "pgd", "--set", "attack.pgd.steps=5", "--quiet"];
        Tool.Run(Tool.Evaluate(model, output, more)).Succeeds();
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "report.json")))!;
        return ((int)report["clean"]!["correct"]!, (int)report["worstCase"]!["robust"]!);
    }
}
