using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Onnx;
using Temper.Runs;
using Temper.Serialization;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Tests.Models.Scripts;
using Temper.Tests.Onnx;
using Temper.Tests.Reports;
using Temper.Training;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Workflow;

/// <summary>Trainings that start from a model of any kind: it is the same model, it trains, and what is kept opens again.</summary>
public sealed class StartingPointTests : IDisposable
{
    private static readonly ImageSet Set = Toy.Stripes(30, 1);
    private readonly Folder _folder = new();

    static StartingPointTests() => Catalogue.AddOwn(typeof(OnnxFormat).Assembly);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("start.safetensors")]
    [InlineData("plain.safetensors")]
    [InlineData("net.onnx")]
    public void A_network_of_layers_goes_on(string name)
    {
        var path = _folder.File(name);
        using var original = new ModuleClassifier(ContractModels.Graph(new(1, 6, 6), 3), new(1, 6, 6), 3);
        var known = ModelFile.Metadata(
            "layers",
            new Temper.Models.Architectures.LayerList.Options { Layers = Layers() },
            new(1, 6, 6),
            3,
            "linf:0.1 by somebody"
        );
        if (name.EndsWith(".onnx", StringComparison.Ordinal))
        {
            original.Module.eval();
            File.WriteAllBytes(
                path,
                OnnxExport.ToBytes((Temper.Models.Graphs.GraphModule)original.Module, new Dictionary<string, string>())
            );
        }
        else
        {
            Weights.Save(original.Module, path, name[0] == 's' ? known : new Dictionary<string, string>());
        }
        var run = Check(path, original, Set, Architecture());
        Assert.Equal(name[0] == 's' ? "linf:0.1 by somebody" : "unknown", run.Card!.TrainedFor);
        Assert.Equal("unknown", run.Card.TrainingData);
        Assert.NotNull(run.Graph);
        Assert.Equal(name == "net.onnx" ? "onnx" : "built-in", run.Kind);
    }

    [Fact]
    public void A_script_goes_on()
    {
        var path = _folder.File("net.pt");
        float[] weights = [2, 1, 1, 2];
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weights).ToArray();
        File.WriteAllBytes(path, ScriptSamples.Archive(("data/0", bytes)));
        using var original = TorchScriptClassifier.Load(path, new(1, 1, 2));
        var set = new ImageSet(new("pairs", "train", 1, 1, 2, 2, ""), [200, 10, 10, 200], [0, 1]);
        var run = Check(path, original, set, Architecture());
        Assert.Equal(("torchscript", "unknown"), (run.Kind, run.Architecture));
        Assert.Null(run.Graph);
    }

    [Fact]
    public void A_run_that_is_resumed_goes_on_from_its_own_copy()
    {
        var (path, folder) = (_folder.File("gone.safetensors"), _folder.File("run"));
        using var original = new ModuleClassifier(ContractModels.Graph(new(1, 6, 6), 3), new(1, 6, 6), 3);
        Weights.Save(original.Module, path, new Dictionary<string, string>());
        Directory.CreateDirectory(folder);
        var first = StartingPoint.Of(Request(path, folder), Architecture(), Set);
        File.Delete(path);
        var again = StartingPoint.Of(Request(path, folder), Architecture(), Set);
        Assert.Equal(first.Card, again.Card);
        Assert.True(StartingPoint.IsIn(folder));
        var missing = Assert.Throws<DataException>(() =>
            StartingPoint.Of(Request(path, _folder.File("other")), Architecture(), Set)
        );
        Assert.Contains("no such file or folder", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_say_which_network_file_they_need_and_take_no_other()
    {
        var (path, folder) = (_folder.File("net.onnx"), _folder.File("run"));
        using var module = ContractModels.Graph(new(1, 6, 6), 3);
        module.eval();
        File.WriteAllBytes(path, OnnxExport.ToBytes(module, new Dictionary<string, string>()));
        Directory.CreateDirectory(folder);
        var start = StartingPoint.Of(Request(path, folder), Architecture(), Set);
        using var model = start.Build(new Rng(1), CPU);
        var best = Path.Combine(folder, ModelFile.BestName);
        Weights.Save(model.Module, best, start.Metadata("x"));
        using (ModelFile.Open(folder, new(1, 6, 6), 3)) { }
        var copy = Path.Combine(folder, "start.onnx");
        File.AppendAllText(copy, " ");
        Fails("another file than the one whose network");
        File.Delete(copy);
        Fails("these are weights of the network in start.onnx, expected that file beside them");
        Weights.Save(model.Module, best, new Dictionary<string, string> { ["temper.base"] = "../net.onnx" });
        Fails("expected the name of a model file in the same folder");

        void Fails(string why) =>
            Assert.Contains(
                why,
                Assert.Throws<DataException>(() => ModelFile.Open(folder, new(1, 6, 6), 3)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Models_that_cannot_be_trained_are_refused()
    {
        var path = _folder.File("net.pt");
        File.WriteAllBytes(path, ScriptSamples.Archive());
        var one = new ImageSet(new("pairs", "train", 1, 1, 2, 1, ""), [200, 10, 10, 200], [0, 0]);
        Fails(path, one, "found a model of 2 classes, expected one with gradients");
        var three = new ImageSet(new("pairs", "train", 1, 1, 2, 3, ""), [200, 10, 10, 200], [0, 0]);
        Fails(path, three, "the model tells 2 classes apart, the data has 3");
        path = new OnnxModel().Node("Erf", ["x"], "e").Node("Flatten", ["e"], "y").Write(_folder.Path);
        var shape = OnnxModel.Input;
        var many = new ImageSet(
            new("many", "train", shape.Channels, shape.Height, shape.Width, 126, ""),
            new byte[126],
            [0]
        );
        Fails(path, many, "found a model of which only the scores are seen");

        void Fails(string from, ImageSet set, string why)
        {
            var folder = _folder.File(Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(folder);
            var error = Assert.ThrowsAny<TemperException>(() =>
                StartingPoint.Of(Request(from, folder), Architecture(), set)
            );
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Builds the start, holds it against the original, trains a step, keeps the weights, opens them, and starts from them again.</summary>
    private StartingPoint Check(string path, IClassifier original, ImageSet set, ArchitectureSource architecture)
    {
        var folder = _folder.File("run");
        Directory.CreateDirectory(folder);
        var start = StartingPoint.Of(Request(path, folder), architecture, set);
        Assert.Equal((path, Hashes.Sha256OfFile(path)), (start.Card!.Path, start.Card.Sha256));
        Assert.Equal(start.Card.Sha256, Hashes.Sha256OfFile(Path.Combine(folder, start.Card.Copy)));
        var input = new InputShape(set.Channels, set.Height, set.Width);
        using var batch = BatchSource.Gather(set, [0, 1]);
        using var model = start.Build(new Rng(1), CPU);
        var before = Scores(original, batch);
        Assert.All(before.Zip(Scores(model, batch)), p => Assert.Equal(p.First, p.Second, 1e-5));
        using (var update = WeightUpdate.Sgd(model.Module, 0, 0))
        using (model.Enter(Mode.Train))
        using (NewDisposeScope())
        {
            update.Step(model.Module, nn.functional.cross_entropy(model.Logits(batch.Inputs), batch.Labels), 0.05);
        }
        var trained = Scores(model, batch);
        Assert.NotEqual(before, trained);
        Weights.Save(model.Module, Path.Combine(folder, ModelFile.BestName), start.Metadata("linf:0.1 by pgd"));
        using var opened = ModelFile.Open(folder, input, set.Classes);
        Assert.Equal("linf:0.1 by pgd", opened.TrainedFor);
        Assert.Equal(trained, Scores(opened.Classifier, batch));
        var second = _folder.File("second");
        Directory.CreateDirectory(second);
        var next = StartingPoint.Of(Request(folder, second), architecture, set);
        using var again = next.Build(new Rng(1), CPU);
        Assert.Equal(trained, Scores(again, batch));
        Assert.Equal("linf:0.1 by pgd", next.Card!.TrainedFor);
        Weights.Save(again.Module, Path.Combine(second, ModelFile.BestName), next.Metadata("further"));
        using var last = ModelFile.Open(second, input, set.Classes);
        Assert.Equal(trained, Scores(last.Classifier, batch));
        return start;
    }

    private static float[] Scores(IClassifier model, Batch batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = model.Enter(Mode.Evaluate);
        return Tensors.ToArray<float>(model.Logits(batch.Inputs));
    }

    private static string[] Layers(int classes = 3) =>
        ["conv 1 4 3 pad 1", "batchnorm", "relu", "flatten", $"fc 144 {classes}"];

    private static ArchitectureSource Architecture() =>
        new(
            Catalogue.Find<Temper.Models.Architectures.Architecture>("layers", "architecture"),
            new Temper.Models.Architectures.LayerList.Options { Layers = Layers() }
        );

    private static TrainingRequest Request(string from, string folder) =>
        new()
        {
            Config = new()
            {
                Name = "a",
                Summary = "b",
                Threat = "linf:0.1",
                Training = new() { From = from },
            },
            Folder = folder,
        };
}
