using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Onnx;
using Temper.Runs;
using Temper.Tests.Cli;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Onnx;

/// <summary>A model of which only the scores are seen is evaluated, and everything that is written says so.</summary>
public sealed class ScoresEvaluationTests : IDisposable
{
    private const string Unknown =
        "Training data unknown: nobody has looked whether examples evaluated here were trained on.";
    private const string Sentence =
        "operator 'Erf' (node 'erf-0') has no differentiable form here: attacked through its scores only.";
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-scores-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_attack_that_looks_at_scores_runs_and_the_sentence_is_everywhere()
    {
        using var model = new OnnxFormat().Open(Write(), new(1, 28, 28));
        var output = Path.Combine(_folder, "run");
        var square = Assert.Single(
            RequestedAttack.Resolve([new("square")], ConfigReader.AttackOverrides(["attack.square.queries=60"]))
        );
        var request = Request(model, output, square);
        EvaluationRun.Run(request, TimeProvider.System, null, CancellationToken.None);

        var counted = Evidence.Read(output);
        // A random linear classifier has small margins: the search finds its way over them without a gradient.
        Assert.InRange(counted.Standing, 0, counted.CleanCorrect / 2);
        var manifest = RunManifest.Read(Path.Combine(output, "manifest.json"));
        Assert.Equal("onnx-scores", manifest.Model.Kind);
        Assert.Equal([Sentence, Unknown], manifest.Model.Notes);
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "report.json")))!;
        Assert.Equal([Sentence, Unknown], report["model"]!["notes"]!.AsArray().Select(n => (string?)n));
        var page = System.Net.WebUtility.HtmlDecode(File.ReadAllText(Path.Combine(output, "report.html")));
        Assert.Contains(Sentence, page, StringComparison.Ordinal);
        Assert.Contains(
            "An adversary who sees the scores of the model, and not its gradients, may",
            page,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_console_says_it_as_well()
    {
        var said = Tool.Run(Tool.Evaluate(Write(), Path.Combine(_folder, "run"), "--attack", "", "--quiet")).Succeeds();
        Assert.Contains($"Note: {Sentence}\n", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("attack")]
    public void An_attack_that_follows_gradients_is_refused_before_any_work(string command)
    {
        var (path, output) = (Write(), Path.Combine(_folder, "run"));
        string[] args = [command, path, "--threat", "linf:0.1", "--attack", "pgd", "--limit", "50", "--out", output];
        Tool.Run([.. args, "--threads", "1"])
            .Fails(ExitCode.Data, "attack pgd", "this model offers scores only", "square");
        Assert.False(Path.Exists(output));
    }

    [Fact]
    public void An_attack_refuses_a_model_that_shows_too_little()
    {
        using var model = new OnnxFormat().Open(Write(), new(1, 28, 28));
        using var batch = BatchSource.Gather(Datasets.Load("mnist", "test"), [0, 1], CPU);
        var threat = ThreatModel.Parse("linf:0.1");
        var e = Assert.Throws<ModelException>(() => new Pgd(new()).Run(model.Classifier, batch, threat, new(0)));
        Assert.Contains("scores only", e.Message, StringComparison.Ordinal);
    }

    private static EvaluationRequest Request(ModelFile model, string output, RequestedAttack attack) =>
        new()
        {
            Model = model,
            Set = Datasets.Load("mnist", "test"),
            Threat = ThreatModel.Parse("linf:0.1"),
            Attacks = [attack],
            Limit = 60,
            Block = 50,
            Threads = 1,
            Folder = output,
        };

    /// <summary>Erf, then a random linear classifier of MNIST images.</summary>
    private string Write()
    {
        var model = new OnnxModel(input: new(1, 28, 28)).Node("Erf", ["x"], "e").Node("Flatten", ["e"], "f");
        return model.Node("Gemm", ["f", model.Random(-0.1, 0.1, 10, 784)], "y", ("transB", 1)).Write(_folder);
    }
}
