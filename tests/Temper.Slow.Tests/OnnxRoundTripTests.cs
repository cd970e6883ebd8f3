using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Onnx;
using Temper.Tests.Cli;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Slow.Tests;

/// <summary>A network trained here is the same network after export: for onnxruntime, and for attacks after import.</summary>
public sealed class OnnxRoundTripTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-round-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_trained_network_predicts_and_falls_alike_on_all_test_images()
    {
        var (run, file) = (Path.Combine(_folder, "run"), Path.Combine(_folder, "model.onnx"));
        Tool.Run(Tool.Train(run, "mnist-linf-fast", "data.validation=50000", "--quiet")).Succeeds();
        Tool.Run("export", run, "--out", file, "--threads", "1").Succeeds();

        var input = new InputShape(1, 28, 28);
        using (var trained = ModelFile.Open(run, input, 10))
        using (var runtime = OnnxScoresClassifier.Load(file, input))
        {
            Assert.Equal(Predictions(trained.Classifier), Predictions(runtime));
        }
        Assert.Equal(Robust(run), Robust(file));
    }

    private static int[] Predictions(IClassifier model)
    {
        using var mode = model.Enter(Mode.Evaluate);
        using var noGrad = no_grad();
        var set = Datasets.Load("mnist", "test");
        List<int> found = [];
        for (var first = 0; first < set.Count; first += 500)
        {
            using var scope = NewDisposeScope();
            using var batch = BatchSource.Gather(set, [.. Enumerable.Range(first, 500)], CPU);
            found.AddRange(Margin.Predictions(model.Logits(batch.Inputs)));
        }
        Assert.Equal(10_000, found.Count);
        return [.. found];
    }

    private int Robust(string model)
    {
        var output = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        string[] args =
        [
            "evaluate",
            model,
            "--threat",
            "linf:0.1",
            "--attack",
            "pgd",
            "--out",
            output,
            "--quiet",
            "--threads",
            "1",
        ];
        Tool.Run([.. args, "--set", "attack.pgd.steps=10"]).Succeeds();
        var worst = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "report.json")))!["worstCase"]!;
        Assert.Equal(10_000, (int)worst["n"]!);
        Assert.InRange((int)worst["robust"]!, 1_000, 9_000);
        return (int)worst["robust"]!;
    }
}
