using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Onnx;
using Temper.Runs;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Onnx;

/// <summary>What is written as ONNX is what was trained: for onnxruntime, and read back here.</summary>
public sealed class ExportTests : IDisposable
{
    private static readonly InputShape Mnist = new(1, 28, 28);
    private static readonly InputShape Cifar = new(3, 32, 32);
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, bool> Architectures() =>
        new()
        {
            { "mnist-net", "{}", false },
            { "linear", "{}", false },
            { "mlp", "{}", false },
            { "lenet5", "{}", false },
            { "lenet5", """{"normalise":"0.1307 0.3081"}""", false },
            { "small-cnn", """{"dropout":0.5}""", false },
            { "resnet-cifar", """{"depth":8,"width":8,"normalise":"0.49,0.48,0.45 0.25,0.24,0.26"}""", true },
            { "preact-resnet18", """{"width":8}""", true },
            { "wide-resnet", """{"depth":10,"width":2,"dropout":0.3}""", true },
            {
                "layers",
                """
                    {"layers":["norm 0.5,0.4,0.3 0.2,0.2,0.1","conv 3 8 3 stride 2 pad 1","batchnorm","sigmoid","block 8 12 2",
                    "maxpool 2 stride 1","leaky-relu 0.2","conv 12 12 3 pad 2 dilation 2 groups 3","tanh","avgpool 2 pad 1",
                    "silu","dropout 0.3","gap","fc 12 10","softmax"]}
                    """,
                true
            },
        };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_network_computes_the_same_when_exported_and_imported(string id, string options, bool cifar)
    {
        var input = cifar ? Cifar : Mnist;
        using var module = Worn(id, options, input);
        var bytes = OnnxExport.ToBytes(module, new Dictionary<string, string> { ["temper.architecture"] = id });
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, bytes);
        using var runtime = OnnxScoresClassifier.Load(path, input);
        using var imported = new OnnxFormat().Open(path, input);
        Assert.Equal(("onnx", id), (imported.Classifier.Kind, imported.Architecture));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = rand(7, input.Channels, input.Height, input.Width);
        var scores = module.call(x);
        Assert.Equal(0, (scores - runtime.Logits(x)).abs().max().item<float>(), 1e-4f);
        Assert.Equal(0, (scores - imported.Classifier.Logits(x)).abs().max().item<float>(), 1e-4f);
        // The scores tell inputs apart, so that agreement says something.
        Assert.True((scores[0] - scores[1]).abs().max().item<float>() > 1e-4f);
    }

    [Fact]
    public void Every_built_in_architecture_is_among_them()
    {
        var tested = Architectures().Select(row => row.Data.Item1);
        Assert.Equal([], Catalogue.Of<Architecture>().Select(a => a.Id).Except(tested));
    }

    [Fact]
    public void Every_operator_of_a_graph_can_be_written()
    {
        var g = new GraphBuilder(new InputShape(2, 6, 6));
        var x = g.Add(new Pad(1, 0, 2, 1, 0.25), g.Input);
        x = g.Add(new Transpose([0, 2, 3, 1]), x);
        x = g.Add(new Reshape([2, -1, 9]), x);
        x = g.Add(new Clip(0.1, 0.9), x);
        x = g.Add(new Concat(2), x, g.Relu(x));
        var matrix = g.Store("matrix", [9, 4], ParameterRole.Weight, Initial.Normal(1));
        x = g.Add(new MatMul(), x, matrix);
        // A linear layer over values of more than two dimensions.
        var weight = g.Store("output", [3, 4], ParameterRole.Weight, Initial.Normal(1));
        x = g.Add(
            new Temper.Models.Graphs.Ops.Linear(),
            x,
            weight,
            g.Store("input", [3], ParameterRole.Weight, Initial.Normal(1))
        );
        x = g.Add(new Identity(), g.Flatten(x));
        manual_seed(8);
        using var module = new GraphModule(g.Build(g.Dropout(x, 0.5)));
        module.eval();
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, OnnxExport.ToBytes(module, new Dictionary<string, string>()));
        using var runtime = OnnxScoresClassifier.Load(path, new(2, 6, 6));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var input = rand(5, 2, 6, 6);
        using var imported = new OnnxFormat().Open(path, new(2, 6, 6));
        Assert.Equal(0, (module.call(input) - runtime.Logits(input)).abs().max().item<float>(), 1e-4f);
        Assert.Equal(0, (module.call(input) - imported.Classifier.Logits(input)).abs().max().item<float>(), 1e-4f);
    }

    [Fact]
    public void A_network_that_hands_its_input_on_is_written()
    {
        var g = new GraphBuilder(new InputShape(1, 1, 3));
        using var module = new GraphModule(g.Build(g.Add(new Identity(), g.Flatten(g.Input))));
        Check(module, new(1, 1, 3));

        static void Check(GraphModule module, InputShape shape)
        {
            var folder = Directory.CreateTempSubdirectory("temper-export-").FullName;
            var path = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(path, OnnxExport.ToBytes(module, new Dictionary<string, string>()));
            using (var runtime = OnnxScoresClassifier.Load(path, shape))
            using (var x = rand(2, 1, 1, 3))
            using (var scores = runtime.Logits(x))
            using (var flat = x.flatten(1))
            {
                Assert.True(scores.eq(flat).all().item<bool>());
            }
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void An_operator_of_a_plugin_is_refused_by_name()
    {
        var g = new GraphBuilder(new InputShape(1, 1, 3));
        using var module = new GraphModule(g.Build(g.Flatten(g.Add(new Doubled(), g.Input))));
        var e = Assert.Throws<ModelException>(() => OnnxExport.ToBytes(module, new Dictionary<string, string>()));
        Assert.Contains("'Doubled'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_leaves_no_file()
    {
        // Weights so large that the order of a sum shows in the scores.
        using var module = Worn("small-cnn", "{}", Mnist);
        using (no_grad())
        {
            foreach (var weight in module.parameters())
            {
                weight.mul_(40);
            }
        }
        var weights = Path.Combine(_folder, "best.safetensors");
        Weights.Save(module, weights, ModelFile.Metadata("small-cnn", null, Mnist, 10, "nothing"));
        using var source = ExportSource.Open(weights, null, null, null);
        var path = Path.Combine(_folder, "out", "model.onnx");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "before");
        var e = Assert.Throws<RunFailedException>(() => ExportRun.Run(source, path));
        Assert.Contains("expected at most 0.0001", e.Message, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    /// <summary>A network as after some training: no weight, bias or statistic stands at its start.</summary>
    private static GraphModule Worn(string id, string options, InputShape input)
    {
        var info = Catalogue.Find<Architecture>(id, "architecture");
        var bound = info.Options is null
            ? null
            : OptionsBinder.Bind(info.Options, ConfigJson.Read(JsonNode.Parse(options)!.AsObject(), "test"));
        manual_seed(6);
        var module = (GraphModule)Catalogue.Create<Architecture>(info, bound).Build(input, 10);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, buffer) in module.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                buffer.copy_(randn_like(buffer).mul(0.2));
            }
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                buffer.copy_(rand_like(buffer).add(0.5));
            }
        }
        foreach (var weight in module.parameters().Where(p => p.dim() == 1))
        {
            weight.add_(randn_like(weight).mul(0.1));
        }
        foreach (var weight in module.parameters().Where(p => p.dim() > 1 && p.count_nonzero().item<long>() == 0))
        {
            // Some last layers begin at zero.
            weight.copy_(randn_like(weight).mul(0.1));
        }
        module.eval();
        return module;
    }

    private sealed record Doubled : GraphOp
    {
        public override string Name => "Doubled";

        public override long[] ShapeOf(IReadOnlyList<long[]> inputs) => [.. inputs[0]];

        public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0] * 2;
    }
}
