using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Onnx;
using Temper.Tests.Kit;
using Temper.Tests.Models.Scripts;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks.Contract;

/// <summary>A small model of every kind an attack can meet, and inputs of every shape.</summary>
internal static class ContractModels
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("temper-contract-").FullName;

    private static readonly Dictionary<string, Func<IClassifier>> Kinds = new(StringComparer.Ordinal)
    {
        ["built-in"] = () => new ModuleClassifier(Graph(new(1, 6, 6), 3), new(1, 6, 6), 3, kind: "built-in"),
        ["module"] = () => Toy.ConvNet(3),
        ["two-class"] = () => new ModuleClassifier(Graph(new(1, 6, 6), 2), new(1, 6, 6), 2, kind: "built-in"),
        ["row"] = () => new ModuleClassifier(Graph(new(1, 1, 13), 3), new(1, 1, 13), 3, kind: "built-in"),
        ["colour"] = () => new ModuleClassifier(Graph(new(3, 4, 7), 4), new(3, 4, 7), 4, kind: "built-in"),
        ["torchscript"] = Script,
        ["onnx-scores"] = Onnx,
        ["labels"] = () => new LabelsOnly(new ModuleClassifier(Graph(new(1, 6, 6), 3), new(1, 6, 6), 3)),
        ["stochastic"] = () => new ModuleClassifier(new Noisy(Graph(new(1, 6, 6), 3)), new(1, 6, 6), 3),
    };

    /// <summary>Gets the names of the models.</summary>
    public static IEnumerable<string> Names => Kinds.Keys;

    /// <summary>A file with a network for the inputs and classes of a model; for 1×6×6 and 3 without one.</summary>
    public static string Surrogate(IClassifier? model)
    {
        var (input, classes) = (model?.Input ?? new InputShape(1, 6, 6), model?.Classes ?? 3);
        var path = Path.Combine(Folder, $"surrogate-{input}-{classes}.safetensors");
        if (!File.Exists(path))
        {
            using var module = Graph(input, classes);
            var options = new LayerList.Options { Layers = Layers(input, classes) };
            Weights.Save(module, path, ModelFile.Metadata("layers", options, input, classes, "unknown"));
        }
        return path;
    }

    /// <summary>Makes a model; the caller disposes it.</summary>
    public static IClassifier Create(string name) => Kinds[name]();

    /// <summary>A network with BatchNorm whose weights are drawn anew, for any shape.</summary>
    public static GraphModule Graph(InputShape input, int classes)
    {
        manual_seed(7);
        var module = new LayerList(new() { Layers = Layers(input, classes) }).Build(input, classes);
        return (GraphModule)module;
    }

    private static string[] Layers(InputShape input, int classes) =>
        [
            $"conv {input.Channels} 4 3 pad 1",
            "batchnorm",
            "relu",
            "flatten",
            $"fc {4 * input.Height * input.Width} {classes}",
        ];

    /// <summary>A model without matrix products: the place of an example in a batch changes no bit, on any processor.</summary>
    public static ModuleClassifier Apart() => new(new ByRows(), new(1, 6, 6), 3);

    private static TorchScriptClassifier Script()
    {
        // Two classes, whose scores are the sums 2a + b and a + 2b of the two values.
        var path = Path.Combine(Folder, "script.pt");
        float[] weights = [2, 1, 1, 2];
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weights).ToArray();
        File.WriteAllBytes(path, ScriptSamples.Archive(("data/0", bytes)));
        return TorchScriptClassifier.Load(path, new(1, 1, 2));
    }

    private static OnnxScoresClassifier Onnx()
    {
        var path = Path.Combine(Folder, "model.onnx");
        using var module = Graph(new(1, 6, 6), 3);
        module.eval();
        File.WriteAllBytes(path, OnnxExport.ToBytes(module, new Dictionary<string, string>()));
        return OnnxScoresClassifier.Load(path, new(1, 6, 6));
    }

    private sealed class ByRows : nn.Module<Tensor, Tensor>
    {
        private const int Hidden = 8;
        private readonly TorchSharp.Modules.Parameter _first;
        private readonly TorchSharp.Modules.Parameter _second;

        public ByRows()
            : base("rows")
        {
            manual_seed(7);
            (_first, _second) = (new(randn(Hidden, 36) * 0.3), new(randn(3, Hidden)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var hidden = (input.flatten(1).unsqueeze(1) * _first).sum(2).relu();
            return (hidden.unsqueeze(1) * _second).sum(2).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Scores with noise that differs at every pass, in evaluation too.</summary>
    private sealed class Noisy : nn.Module<Tensor, Tensor>
    {
        private readonly GraphModule _inner;

        public Noisy(GraphModule inner)
            : base("noisy")
        {
            _inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var scores = _inner.call(input);
            return (scores + (randn_like(scores) * 0.05)).MoveToOuterDisposeScope();
        }
    }
}
